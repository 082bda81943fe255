import { Badge } from '@mantine/core'
import { texts } from '../../texts'
import type { LinkState } from './link'

const colours: Record<LinkState['kind'], string> = {
  idle: 'gray',
  connecting: 'cyan',
  connected: 'teal',
  refused: 'red',
  lost: 'orange'
}

/** Where a connection stands, in a word. */
export function LinkBadge({ state }: { state: LinkState }) {
  return (
    <Badge variant="default" size="sm" leftSection={<Dot colour={colours[state.kind]} />}>
      {texts.tryIt.link[state.kind]}
    </Badge>
  )
}

/** The colour says nothing that the word does not. */
function Dot({ colour }: { colour: string }) {
  return (
    <svg width="8" height="8" aria-hidden="true">
      <circle cx="4" cy="4" r="4" fill={`var(--mantine-color-${colour}-6)`} />
    </svg>
  )
}

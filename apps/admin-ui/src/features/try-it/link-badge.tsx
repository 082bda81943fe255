import { DotBadge } from '../../components/dot-badge'
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
  return <DotBadge colour={colours[state.kind]}>{texts.tryIt.link[state.kind]}</DotBadge>
}

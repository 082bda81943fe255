import { Badge } from '@mantine/core'
import type { InstanceStatus } from '@parley/contracts'
import { texts } from '../../texts'

const colours: Record<InstanceStatus, string> = { running: 'teal', suspended: 'orange', deleting: 'red' }

export function StatusBadge({ status }: { status: InstanceStatus }) {
  return (
    <Badge variant="default" size="sm" color={colours[status]} leftSection={<Dot colour={colours[status]} />}>
      {texts.instanceFrame.status[status]}
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

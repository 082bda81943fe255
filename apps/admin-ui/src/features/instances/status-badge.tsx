import type { InstanceStatus } from '@parley/contracts'
import { DotBadge } from '../../components/dot-badge'
import { texts } from '../../texts'

const colours: Record<InstanceStatus, string> = { running: 'teal', suspended: 'orange', deleting: 'red' }

export function StatusBadge({ status }: { status: InstanceStatus }) {
  return <DotBadge colour={colours[status]}>{texts.instanceFrame.status[status]}</DotBadge>
}

import { SegmentedControl } from '@mantine/core'
import { texts } from '../../texts'

const { status: words } = texts.instances
const choices = [
  { value: '', label: words.all },
  { value: 'running', label: words.running },
  { value: 'suspended', label: words.suspended }
]

export interface StatusFilterProps {
  /** What stands in the address bar. */
  status: string | undefined
  onFilter: (status: string | undefined) => void
}

/** Which instances the list shows by their status. */
export function StatusFilter({ status = '', onFilter }: StatusFilterProps) {
  return (
    <SegmentedControl
      size="xs"
      aria-label={words.label}
      data={choices}
      value={status}
      onChange={(value) => onFilter(value || undefined)}
    />
  )
}

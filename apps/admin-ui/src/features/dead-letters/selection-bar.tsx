import { Button, Group, Text } from '@mantine/core'
import { texts } from '../../texts'

const { deadLetters: words } = texts

export interface SelectionBarProps {
  count: number
  redriving: boolean
  onRedrive: () => void
  onDiscard: () => void
  onClear: () => void
}

/** What can be done to all that are selected. */
export function SelectionBar({ count, redriving, onRedrive, onDiscard, onClear }: SelectionBarProps) {
  if (count === 0) return null
  return (
    <Group gap="xs" role="group" aria-label={words.selected(count)}>
      <Text size="sm">{words.selected(count)}</Text>
      <Button size="xs" loading={redriving} onClick={onRedrive}>
        {words.redrive.act}
      </Button>
      <Button size="xs" variant="default" onClick={onDiscard}>
        {words.discard.act}
      </Button>
      <Button size="xs" variant="subtle" onClick={onClear}>
        {words.clear}
      </Button>
    </Group>
  )
}

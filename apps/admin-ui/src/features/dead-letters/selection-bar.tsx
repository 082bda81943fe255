import { Button, Group, Text } from '@mantine/core'
import { texts } from '../../texts'

const words = texts.deadLetters

export interface SelectionBarProps {
  count: number
  redriving: boolean
  onRedrive: () => void
  onDiscard: () => void
  onClear: () => void
}

/** As high as its buttons: the list does not move when the first row is selected. */
const heightPx = 30

/** What can be done to all that are selected; how fresh the list is while none are. */
export function SelectionBar({ count, redriving, onRedrive, onDiscard, onClear }: SelectionBarProps) {
  if (count === 0) {
    return (
      <Group mih={heightPx}>
        <Text size="xs" c="dimmed">
          {words.refreshed}
        </Text>
      </Group>
    )
  }
  return (
    <Group gap="xs" mih={heightPx} role="group" aria-label={words.selected(count)}>
      <Text size="sm">{words.selected(count)}</Text>
      <Button size="xs" loading={redriving} onClick={onRedrive}>
        {words.redrive.act}
      </Button>
      <Button size="xs" variant="default" onClick={onDiscard}>
        {words.discard.act}
      </Button>
      <Button size="xs" variant="default" onClick={onClear}>
        {words.clear}
      </Button>
    </Group>
  )
}

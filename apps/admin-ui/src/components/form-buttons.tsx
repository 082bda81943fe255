import { Button, Group } from '@mantine/core'
import { texts } from '../texts'

export interface FormButtonsProps {
  /** On the button that sends the form: what it does. */
  submit: string
  pending: boolean
  onCancel: () => void
}

/** The end of a form in a dialog. */
export function FormButtons({ submit, pending, onCancel }: FormButtonsProps) {
  return (
    <Group justify="flex-end" gap="xs">
      <Button variant="default" onClick={onCancel}>
        {texts.words.cancel}
      </Button>
      <Button type="submit" loading={pending}>
        {submit}
      </Button>
    </Group>
  )
}

import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { type FormEvent, type ReactNode, useState } from 'react'
import { visible } from '../lib/format'
import { texts } from '../texts'
import { ErrorPanel } from './error-panel'

export interface ConfirmByNameProps {
  opened: boolean
  title: string
  /** What will happen, in full: what is lost, who is disconnected. */
  children: ReactNode
  /** To be typed. */
  name: string
  /** On the button: the act by its verb. */
  act: string
  onConfirm: () => void
  onClose: () => void
  pending?: boolean
  error?: unknown
}

/** Before something that cannot be taken back: names what it will do and asks for the name. */
export function ConfirmByName(props: ConfirmByNameProps) {
  const { opened, title, onClose } = props
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      closeButtonProps={{ 'aria-label': texts.words.close }}
    >
      {/* Mounted anew each time: what was typed before does not confirm the next. */}
      {opened && <ConfirmForm {...props} />}
    </Modal>
  )
}

function ConfirmForm({ children, name, act, onConfirm, onClose, pending, error }: ConfirmByNameProps) {
  const [typed, setTyped] = useState('')
  // What cannot be seen cannot be typed: the way in which it is shown counts as well.
  const shown = visible(name)
  const confirmed = typed === name || typed === shown
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (confirmed) onConfirm()
  }
  return (
    <form onSubmit={submit}>
      <Stack gap="sm">
        <Text size="sm" component="div">
          {children}
        </Text>
        <TextInput
          data-autofocus
          autoComplete="off"
          spellCheck={false}
          label={texts.words.typeToConfirm(shown)}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        {error ? <ErrorPanel error={error} /> : null}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {texts.words.cancel}
          </Button>
          <Button type="submit" color="red.9" disabled={!confirmed} loading={pending ?? false}>
            {act}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { texts } from '../texts'
import { ErrorPanel } from './error-panel'

export interface ConfirmProps {
  opened: boolean
  title: string
  /** What will happen, in full. */
  children: ReactNode
  /** On the button: the act by its verb. */
  act: string
  /** On the other button; "Cancel" when left out. */
  stay?: string
  onConfirm: () => void
  onClose: () => void
  pending?: boolean
  error?: unknown
}

/** Before something that others notice but that can be taken back. What cannot asks for a name: ConfirmByName. */
export function Confirm(props: ConfirmProps) {
  const {
    opened,
    title,
    children,
    act,
    stay = texts.words.cancel,
    onConfirm,
    onClose,
    pending,
    error
  } = props
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={title}
      closeButtonProps={{ 'aria-label': texts.words.close }}
    >
      <Stack gap="sm">
        <Text size="sm" component="div">
          {children}
        </Text>
        {error ? <ErrorPanel error={error} /> : null}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose} data-autofocus>
            {stay}
          </Button>
          <Button color="red.9" onClick={onConfirm} loading={pending ?? false}>
            {act}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

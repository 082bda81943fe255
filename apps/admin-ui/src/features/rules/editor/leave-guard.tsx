import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useBlocker } from '@tanstack/react-router'
import { texts } from '../../../texts'

const { leave: words } = texts.ruleEditor
/** A session that ended leads there and back: what was typed is kept over it. */
const signInPath = '/sign-in'

export interface LeaveGuardProps {
  dirty: boolean
  /** Somebody leaves what is not saved. */
  onLeave: () => void
}

/** Asks before a way out loses what is not saved. */
export function LeaveGuard({ dirty, onLeave }: LeaveGuardProps) {
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: ({ current, next }) =>
      dirty && next.pathname !== signInPath && next.pathname !== current.pathname,
    enableBeforeUnload: () => dirty,
    withResolver: true
  })
  const leave = () => {
    onLeave()
    proceed?.()
  }
  return (
    <Modal
      opened={status === 'blocked'}
      onClose={() => reset?.()}
      title={words.title}
      closeButtonProps={{ 'aria-label': texts.words.close }}
    >
      <Stack gap="sm">
        <Text size="sm">{words.text}</Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" data-autofocus onClick={() => reset?.()}>
            {words.stay}
          </Button>
          <Button color="red.9" onClick={leave}>
            {words.leave}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

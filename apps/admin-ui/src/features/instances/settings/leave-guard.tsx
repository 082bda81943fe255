import { useBlocker } from '@tanstack/react-router'
import { Confirm } from '../../../components/confirm'
import { texts } from '../../../texts'
import { useForm } from './use-settings-form'

const { leave: words } = texts.settings

/** Asks before unsaved changes are lost: to another page within the UI, and out of it. */
export function LeaveGuard() {
  const { changes } = useForm()
  const unsaved = changes.length > 0
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: ({ current, next }) => unsaved && current.pathname !== next.pathname,
    enableBeforeUnload: () => unsaved,
    withResolver: true
  })
  return (
    <Confirm
      opened={status === 'blocked'}
      title={words.title}
      act={words.leave}
      stay={words.stay}
      onConfirm={() => proceed?.()}
      onClose={() => reset?.()}
    >
      {words.text(changes.length)}
    </Confirm>
  )
}

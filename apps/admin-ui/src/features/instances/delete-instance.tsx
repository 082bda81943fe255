import { Stack } from '@mantine/core'
import type { Instance } from '@parley/contracts'
import { useMutation } from '@tanstack/react-query'
import { ConfirmByName } from '../../components/confirm-by-name'
import { tellDone } from '../../lib/notify'
import { texts } from '../../texts'
import { deleteInstance } from './changes'

const { delete: words, act } = texts.instances

export interface DeleteInstanceProps {
  /** Shown while there is one. */
  instance: Instance | undefined
  onClose: () => void
  onDeleted: (instanceId: string) => void
}

/** Names everything that is lost, asks for the name, and deletes the instance. */
export function DeleteInstance({ instance, onClose, onDeleted }: DeleteInstanceProps) {
  const deletion = useMutation({
    mutationFn: ({ id }: Instance) => deleteInstance(id),
    onSuccess: (_answer, { id, name }) => {
      tellDone(words.done(name))
      onDeleted(id)
    }
  })
  const close = () => {
    deletion.reset()
    onClose()
  }
  return (
    <ConfirmByName
      opened={instance !== undefined}
      title={words.title(instance?.name ?? '')}
      name={instance?.name ?? ''}
      act={act.delete}
      onConfirm={() => instance && deletion.mutate(instance)}
      onClose={close}
      pending={deletion.isPending}
      error={deletion.error}
    >
      <Stack gap="xs">
        <span>{words.text}</span>
        <span>{words.port}</span>
      </Stack>
    </ConfirmByName>
  )
}

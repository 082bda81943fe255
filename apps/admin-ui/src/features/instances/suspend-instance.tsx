import { Stack } from '@mantine/core'
import type { Instance } from '@parley/contracts'
import { useMutation } from '@tanstack/react-query'
import { Confirm } from '../../components/confirm'
import { formatCount } from '../../lib/format'
import { tellDone } from '../../lib/notify'
import { texts } from '../../texts'
import { updateInstance } from './changes'

const { suspend: words, act } = texts.instances

export interface SuspendInstanceProps {
  /** Shown while there is one. */
  instance: Instance | undefined
  /** How many clients it will disconnect, where known. */
  connections: number | undefined
  onClose: () => void
}

/** Says what a suspension does to connected clients, and does it. */
export function SuspendInstance({ instance, connections, onClose }: SuspendInstanceProps) {
  const suspension = useMutation({
    mutationFn: (id: string) => updateInstance(id, { status: 'suspended' }),
    onSuccess: ({ name }) => {
      tellDone(words.done(name))
      onClose()
    }
  })
  const close = () => {
    suspension.reset()
    onClose()
  }
  return (
    <Confirm
      opened={instance !== undefined}
      title={words.title(instance?.name ?? '')}
      act={act.suspend}
      onConfirm={() => instance && suspension.mutate(instance.id)}
      onClose={close}
      pending={suspension.isPending}
      error={suspension.error}
    >
      <Stack gap="xs">
        <span>{words.connected(connections === undefined ? undefined : formatCount(connections))}</span>
        <span>{words.text}</span>
        <span>{words.kept}</span>
      </Stack>
    </Confirm>
  )
}

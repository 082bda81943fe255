import type { MqttUser } from '@parley/contracts'
import { ConfirmByName } from '../../components/confirm-by-name'
import { visible } from '../../lib/format'
import { tellDone } from '../../lib/notify'
import { texts } from '../../texts'
import { deleteUser, useUserMutation } from './users-queries'

const { deletion: words } = texts.users

export interface DeleteUserProps {
  instanceId: string
  /** Undefined: nobody is to be deleted. */
  user: MqttUser | undefined
  onClose: () => void
}

/** Asks before a user is gone for good. */
export function DeleteUser({ instanceId, user, onClose }: DeleteUserProps) {
  const deletion = useUserMutation(instanceId, {
    change: (username: string) => deleteUser(instanceId, username).then(() => username),
    onDone(username) {
      onClose()
      tellDone(words.done(visible(username)))
    }
  })
  const close = () => {
    deletion.reset()
    onClose()
  }
  const username = user?.username ?? ''
  return (
    <ConfirmByName
      opened={user !== undefined}
      title={words.title}
      name={username}
      act={words.submit}
      onConfirm={() => deletion.mutate(username)}
      onClose={close}
      pending={deletion.isPending}
      error={deletion.error}
    >
      {words.text(visible(username))}
    </ConfirmByName>
  )
}

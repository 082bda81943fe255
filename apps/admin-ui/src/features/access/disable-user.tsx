import type { MqttUser } from '@parley/contracts'
import { Confirm } from '../../components/confirm'
import { visible } from '../../lib/format'
import { tellDone } from '../../lib/notify'
import { texts } from '../../texts'
import { updateUser, useUserMutation } from './users-queries'

const { disable: words } = texts.users

export interface DisableUserProps {
  instanceId: string
  /** Undefined: nobody is to be disabled. */
  user: MqttUser | undefined
  onClose: () => void
}

/** Says what ends before it ends it. It can be taken back, so no name is asked for. */
export function DisableUser({ instanceId, user, onClose }: DisableUserProps) {
  const change = useUserMutation(instanceId, {
    change: (username: string) => updateUser(instanceId, username, { status: 'disabled' }),
    onDone({ username }) {
      onClose()
      tellDone(words.done(visible(username)))
    }
  })
  const close = () => {
    change.reset()
    onClose()
  }
  const username = user?.username ?? ''
  return (
    <Confirm
      opened={user !== undefined}
      title={words.title(visible(username))}
      act={words.submit}
      onConfirm={() => change.mutate(username)}
      onClose={close}
      pending={change.isPending}
      error={change.error}
    >
      {words.text}
    </Confirm>
  )
}

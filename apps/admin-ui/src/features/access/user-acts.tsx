import { Modal } from '@mantine/core'
import type { Instance, MqttUser, MqttUserWithPassword } from '@parley/contracts'
import { useState } from 'react'
import { visible } from '../../lib/format'
import { tellDone } from '../../lib/notify'
import { texts } from '../../texts'
import { DeleteUser } from './delete-user'
import { DisableUser } from './disable-user'
import { EditRemark } from './edit-remark'
import { ResetPassword } from './reset-password'
import { ShownOnce } from './shown-once'

const words = texts.users

/** What is about to be done to a user. */
export interface UserAct {
  kind: 'reset' | 'remark' | 'disable' | 'delete'
  user: MqttUser
}

export interface UserActsProps {
  instance: Instance
  act: UserAct | undefined
  onClose: () => void
}

/** The dialogs of what can be done to a user; shows the one of the act. */
export function UserActs({ instance, act, onClose }: UserActsProps) {
  const is = (kind: UserAct['kind']) => act?.kind === kind
  const user = act?.user
  const name = visible(user?.username ?? '')
  const closeButtonProps = { 'aria-label': texts.words.close }
  return (
    <>
      <NewPassword instance={instance} user={is('reset') ? user : undefined} onClose={onClose} />
      <Modal
        opened={is('remark')}
        onClose={onClose}
        title={words.remark.title(name)}
        closeButtonProps={closeButtonProps}
      >
        {user && <EditRemark instanceId={instance.id} user={user} onDone={onClose} />}
      </Modal>
      <DisableUser instanceId={instance.id} user={is('disable') ? user : undefined} onClose={onClose} />
      <DeleteUser instanceId={instance.id} user={is('delete') ? user : undefined} onClose={onClose} />
    </>
  )
}

interface NewPasswordProps {
  instance: Instance
  user: MqttUser | undefined
  onClose: () => void
}

function NewPassword({ instance, user, onClose }: NewPasswordProps) {
  const [changed, setChanged] = useState<MqttUserWithPassword>()
  const close = () => {
    onClose()
    setChanged(undefined)
  }
  const onChanged = (answer: MqttUserWithPassword) => {
    if (answer.password !== undefined) {
      setChanged(answer)
      return
    }
    tellDone(words.reset.done(visible(answer.username)))
    close()
  }
  return (
    <Modal
      opened={user !== undefined}
      onClose={close}
      size="lg"
      title={
        changed
          ? words.shownOnce.title(visible(changed.username))
          : words.reset.title(visible(user?.username ?? ''))
      }
      // The password is gone when this closes: neither a click beside it nor Escape must do that.
      closeOnClickOutside={!changed}
      closeOnEscape={!changed}
      closeButtonProps={{ 'aria-label': texts.words.close }}
    >
      {user && changed?.password === undefined && (
        <ResetPassword instance={instance} user={user} onDone={onChanged} onCancel={close} />
      )}
      {changed?.password !== undefined && (
        <ShownOnce
          instance={instance}
          username={changed.username}
          password={changed.password}
          onDone={close}
        />
      )}
    </Modal>
  )
}

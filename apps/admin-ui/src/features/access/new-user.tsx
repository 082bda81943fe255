import { Modal, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { bounds, type Instance, type MqttUserWithPassword, userBounds } from '@parley/contracts'
import { useState } from 'react'
import { ErrorPanel } from '../../components/error-panel'
import { FormButtons } from '../../components/form-buttons'
import { fieldErrors } from '../../lib/field-errors'
import { visible } from '../../lib/format'
import { tellDone } from '../../lib/notify'
import { texts } from '../../texts'
import {
  noPassword,
  PasswordChoice,
  type PasswordValues,
  passwordOf,
  passwordProblem
} from './password-choice'
import { ShownOnce } from './shown-once'
import { createUser, useUserMutation } from './users-queries'

const words = texts.users

interface Values extends PasswordValues {
  username: string
  remark: string
}

export interface NewUserProps {
  instance: Instance
  opened: boolean
  onClose: () => void
}

/** Makes a user; a password that the service made is shown once. */
export function NewUser({ instance, opened, onClose }: NewUserProps) {
  const [created, setCreated] = useState<MqttUserWithPassword>()
  const close = () => {
    onClose()
    setCreated(undefined)
  }
  const onCreated = (user: MqttUserWithPassword) => {
    if (user.password !== undefined) {
      setCreated(user)
      return
    }
    tellDone(words.created(visible(user.username)))
    close()
  }
  return (
    <Modal
      opened={opened}
      onClose={close}
      size="lg"
      title={created ? words.shownOnce.title(visible(created.username)) : words.form.title}
      // The password is gone when this closes: neither a click beside it nor Escape must do that.
      closeOnClickOutside={!created}
      closeOnEscape={!created}
      closeButtonProps={{ 'aria-label': texts.words.close }}
    >
      {created?.password === undefined ? (
        <Form instanceId={instance.id} onCreated={onCreated} onCancel={close} />
      ) : (
        <ShownOnce
          instance={instance}
          username={created.username}
          password={created.password}
          onDone={close}
        />
      )}
    </Modal>
  )
}

interface FormProps {
  instanceId: string
  onCreated: (user: MqttUserWithPassword) => void
  onCancel: () => void
}

function Form({ instanceId, onCreated, onCancel }: FormProps) {
  const form = useForm<Values>({
    initialValues: { username: '', remark: '', ...noPassword },
    validate: {
      username: (username) => (username === '' ? words.form.usernameMissing : null),
      password: passwordProblem
    }
  })
  const creation = useUserMutation(instanceId, {
    change: ({ username, remark, ...rest }: Values) => {
      const password = passwordOf(rest)
      return createUser(instanceId, { username, remark, ...(password !== undefined && { password }) })
    },
    onDone: onCreated,
    onError: (error) => form.setErrors(fieldErrors(error))
  })
  return (
    <form onSubmit={form.onSubmit((values) => creation.mutate(values))} noValidate>
      <Stack gap="sm">
        <TextInput
          data-autofocus
          autoComplete="off"
          spellCheck={false}
          label={words.form.username}
          description={words.form.usernameAbout(userBounds.usernameCharactersMax)}
          maxLength={userBounds.usernameCharactersMax}
          {...form.getInputProps('username')}
        />
        <PasswordChoice
          mode={form.values.mode}
          onMode={(mode) => form.setFieldValue('mode', mode)}
          input={form.getInputProps('password')}
        />
        <TextInput
          autoComplete="off"
          label={words.form.remark}
          description={words.form.remarkAbout}
          maxLength={bounds.remark.maxCharacters}
          {...form.getInputProps('remark')}
        />
        {creation.error && <ErrorPanel error={creation.error} />}
        <FormButtons submit={words.form.submit} pending={creation.isPending} onCancel={onCancel} />
      </Stack>
    </form>
  )
}

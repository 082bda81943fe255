import { Stack, Text } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { Instance, MqttUser, MqttUserWithPassword } from '@parley/contracts'
import { ErrorPanel } from '../../components/error-panel'
import { FormButtons } from '../../components/form-buttons'
import { fieldErrors } from '../../lib/field-errors'
import { texts } from '../../texts'
import {
  noPassword,
  PasswordChoice,
  type PasswordValues,
  passwordOf,
  passwordProblem
} from './password-choice'
import { resetPassword, useUserMutation } from './users-queries'

const words = texts.users

export interface ResetPasswordProps {
  instance: Instance
  user: MqttUser
  onDone: (user: MqttUserWithPassword) => void
  onCancel: () => void
}

/** Another password for a user: what was open with the old one ends. */
export function ResetPassword({ instance, user, onDone, onCancel }: ResetPasswordProps) {
  const form = useForm<PasswordValues>({
    initialValues: noPassword,
    validate: { password: passwordProblem }
  })
  const reset = useUserMutation(instance.id, {
    change: (values: PasswordValues) => resetPassword(instance.id, user.username, passwordOf(values)),
    onDone,
    onError: (error) => form.setErrors(fieldErrors(error))
  })
  return (
    <form onSubmit={form.onSubmit((values) => reset.mutate(values))} noValidate>
      <Stack gap="sm">
        <Text size="sm">{words.reset.text}</Text>
        <PasswordChoice
          mode={form.values.mode}
          onMode={(mode) => form.setFieldValue('mode', mode)}
          input={form.getInputProps('password')}
        />
        {reset.error && <ErrorPanel error={reset.error} />}
        <FormButtons submit={words.reset.submit} pending={reset.isPending} onCancel={onCancel} />
      </Stack>
    </form>
  )
}

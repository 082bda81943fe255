import { Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { bounds, type MqttUser } from '@parley/contracts'
import { ErrorPanel } from '../../components/error-panel'
import { FormButtons } from '../../components/form-buttons'
import { fieldErrors } from '../../lib/field-errors'
import { texts } from '../../texts'
import { updateUser, useUserMutation } from './users-queries'

const words = texts.users

export interface EditRemarkProps {
  instanceId: string
  user: MqttUser
  onDone: () => void
}

/** What the list says of a user. */
export function EditRemark({ instanceId, user, onDone }: EditRemarkProps) {
  const form = useForm({ initialValues: { remark: user.remark } })
  const change = useUserMutation(instanceId, {
    change: (body: { remark: string }) => updateUser(instanceId, user.username, body),
    onDone,
    onError: (error) => form.setErrors(fieldErrors(error))
  })
  return (
    <form onSubmit={form.onSubmit((values) => change.mutate(values))} noValidate>
      <Stack gap="sm">
        <TextInput
          data-autofocus
          autoComplete="off"
          label={words.form.remark}
          description={words.form.remarkAbout}
          maxLength={bounds.remark.maxCharacters}
          {...form.getInputProps('remark')}
        />
        {change.error && <ErrorPanel error={change.error} />}
        <FormButtons submit={texts.words.save} pending={change.isPending} onCancel={onDone} />
      </Stack>
    </form>
  )
}

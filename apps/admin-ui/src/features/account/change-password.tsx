import { Button, PasswordInput, Stack, Text, VisuallyHidden } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import { accountBounds } from '@parley/contracts'
import { useMutation } from '@tanstack/react-query'
import { ErrorPanel } from '../../components/error-panel'
import { fieldErrors } from '../../lib/field-errors'
import { texts } from '../../texts'
import { changePassword } from '../sign-in/session'

const { password: words } = texts.account
const { passwordCharactersMin, passwordCharactersMax } = accountBounds

const empty = { currentPassword: '', newPassword: '', repeated: '' }

/** The current password once, the new one twice. `email`: for the password manager. */
export function ChangePassword({ email }: { email: string }) {
  const form = useForm({
    initialValues: empty,
    validate: {
      newPassword: (value) =>
        [...value].length >= passwordCharactersMin ? null : words.tooShort(passwordCharactersMin),
      repeated: (value, { newPassword }) => (value === newPassword ? null : words.differs)
    }
  })
  const change = useMutation({
    mutationFn: ({ currentPassword, newPassword }: typeof empty) =>
      changePassword({ currentPassword, newPassword }),
    onSuccess() {
      form.reset()
      notifications.show({ color: 'teal', message: words.done })
    },
    onError: (error) => form.setErrors(fieldErrors(error))
  })
  return (
    <form onSubmit={form.onSubmit((values) => change.mutate(values))} noValidate>
      <Stack gap="sm" align="flex-start">
        <Text size="sm" c="dimmed">
          {words.about}
        </Text>
        <VisuallyHidden>
          <input
            type="text"
            autoComplete="username"
            value={email}
            readOnly
            tabIndex={-1}
            aria-label={email}
          />
        </VisuallyHidden>
        <PasswordInput
          w="100%"
          maw={360}
          label={words.current}
          autoComplete="current-password"
          maxLength={passwordCharactersMax}
          {...form.getInputProps('currentPassword')}
        />
        <PasswordInput
          w="100%"
          maw={360}
          label={words.next}
          description={words.nextAbout(passwordCharactersMin)}
          autoComplete="new-password"
          maxLength={passwordCharactersMax}
          {...form.getInputProps('newPassword')}
        />
        <PasswordInput
          w="100%"
          maw={360}
          label={words.repeat}
          autoComplete="new-password"
          maxLength={passwordCharactersMax}
          {...form.getInputProps('repeated')}
        />
        {change.error && Object.keys(form.errors).length === 0 && <ErrorPanel error={change.error} />}
        <Button type="submit" loading={change.isPending}>
          {words.submit}
        </Button>
      </Stack>
    </form>
  )
}

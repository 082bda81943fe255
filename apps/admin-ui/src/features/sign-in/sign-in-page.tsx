import { Button, Center, Group, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useDocumentTitle } from '@mantine/hooks'
import { accountBounds, type SignIn } from '@parley/contracts'
import { useMutation } from '@tanstack/react-query'
import { useRouter, useSearch } from '@tanstack/react-router'
import { Mark } from '../../app/mark'
import { ErrorPanel } from '../../components/error-panel'
import { ApiProblem } from '../../lib/api-client'
import { texts } from '../../texts'
import { signIn } from './session'

const words = texts.signIn
const frame = texts.frame
const landing = '/instances'

/** The way in; afterwards, to where one wanted to go. */
export function SignInPage() {
  useDocumentTitle(`${words.title} · ${frame.product}`)
  const { next = landing } = useSearch({ from: '/sign-in' })
  const router = useRouter()
  const form = useForm<SignIn>({ initialValues: { email: '', password: '' } })
  const attempt = useMutation({ mutationFn: signIn, onSuccess: () => router.history.push(next) })
  return (
    <Center component="main" mih="100dvh" p="md">
      <Paper withBorder p="xl" w="100%" maw={380}>
        <form onSubmit={form.onSubmit((values) => attempt.mutate(values))}>
          <Stack gap="md">
            <Group gap="xs">
              <Mark />
              <Title order={1} size="h1">
                {frame.product}
              </Title>
            </Group>
            <Text size="sm" c="dimmed">
              {words.about}
            </Text>
            <TextInput
              label={words.email}
              type="email"
              autoComplete="username"
              required
              withAsterisk={false}
              autoFocus
              maxLength={accountBounds.emailCharactersMax}
              {...form.getInputProps('email')}
            />
            <PasswordInput
              label={words.password}
              autoComplete="current-password"
              required
              withAsterisk={false}
              maxLength={accountBounds.passwordCharactersMax}
              {...form.getInputProps('password')}
            />
            <Refusal error={attempt.error} />
            <Button type="submit" loading={attempt.isPending} fullWidth>
              {words.submit}
            </Button>
            <Text size="xs" c="dimmed">
              {words.hint}
            </Text>
          </Stack>
        </form>
      </Paper>
    </Center>
  )
}

function Refusal({ error }: { error: Error | null }) {
  if (!error) return null
  if (error instanceof ApiProblem && error.status === 401) {
    return (
      <Text role="alert" size="sm" c="var(--mantine-color-error)">
        {words.wrong}
      </Text>
    )
  }
  return <ErrorPanel error={error} />
}

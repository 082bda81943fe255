import { Button, Group, Paper, Radio, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { ErrorPanel } from '../../components/error-panel'
import { ButtonLink } from '../../components/links'
import { PageHeader } from '../../components/page-header'
import { texts } from '../../texts'
import { createInstance } from './changes'
import { instanceFieldErrors, nameProblem, remarkProblem } from './instance-fields'

const words = texts.newInstance

interface Values {
  name: string
  remark: string
  access: 'users' | 'anonymous'
}

/** A name, a remark, and who may connect: an instance is there within a second. */
export function NewInstancePage() {
  const navigate = useNavigate()
  const form = useForm<Values>({
    initialValues: { name: '', remark: '', access: 'users' },
    validate: { name: nameProblem, remark: remarkProblem },
    validateInputOnChange: true
  })
  const creation = useMutation({
    mutationFn: ({ name, remark, access }: Values) =>
      createInstance({ name, remark, authentication: { anonymous: access === 'anonymous' } }),
    onSuccess: ({ id }) =>
      navigate({ to: '/instances/$instanceId', params: { instanceId: id }, search: { created: true } }),
    onError: (error) => form.setErrors(instanceFieldErrors(error))
  })
  const elsewhere = creation.error && Object.keys(instanceFieldErrors(creation.error)).length === 0
  return (
    <>
      <PageHeader title={words.title} about={words.about} />
      <Paper withBorder p="md" maw={560}>
        <form onSubmit={form.onSubmit((values) => creation.mutate(values))} noValidate>
          <Stack gap="md">
            <TextInput
              label={words.name}
              description={words.nameHint}
              required
              autoFocus
              autoComplete="off"
              spellCheck={false}
              {...form.getInputProps('name')}
            />
            <TextInput
              label={words.remark}
              description={words.remarkHint}
              autoComplete="off"
              {...form.getInputProps('remark')}
            />
            <Radio.Group label={words.access} {...form.getInputProps('access')}>
              <Stack gap="xs" mt={6}>
                <Radio value="users" label={words.withUsers} description={words.withUsersHint} />
                <Radio value="anonymous" label={words.anonymous} description={words.anonymousHint} />
              </Stack>
            </Radio.Group>
            {elsewhere ? <ErrorPanel error={creation.error} /> : null}
            <Group gap="xs" justify="flex-end">
              <ButtonLink to="/instances" variant="default">
                {texts.words.cancel}
              </ButtonLink>
              <Button type="submit" loading={creation.isPending}>
                {words.submit}
              </Button>
            </Group>
          </Stack>
        </form>
      </Paper>
    </>
  )
}

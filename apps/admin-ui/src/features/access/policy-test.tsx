import {
  Button,
  Checkbox,
  Group,
  Input,
  Paper,
  SegmentedControl,
  Stack,
  Text,
  TextInput,
  Title
} from '@mantine/core'
import { useForm } from '@mantine/form'
import { type PolicyAction, type PolicyQos, type PolicyTest, policyBounds } from '@parley/contracts'
import { useEffect } from 'react'
import { ErrorPanel } from '../../components/error-panel'
import { fieldErrors } from '../../lib/field-errors'
import { texts } from '../../texts'
import classes from './policies.module.css'
import type { PolicyTestAnswer } from './policies-queries'
import { PolicyVerdict } from './policy-verdict'

const { test: words, actionNames } = texts.policies
const actions = Object.entries(actionNames).map(([value, label]) => ({ value, label }))
const qosLevels = ['0', '1', '2']

interface Values {
  action: PolicyAction
  clientId: string
  anonymous: boolean
  username: string
  address: string
  topic: string
  qos: string
  retain: boolean
}

const firstQuestion: Values = {
  action: 'publish',
  clientId: 'door-7',
  anonymous: false,
  username: 'door-7',
  address: '',
  topic: 'cmd/door',
  qos: '1',
  retain: false
}

export interface PolicyTestFormProps {
  /** Undefined: nothing was asked yet, or the answer is on its way. */
  answer: PolicyTestAnswer | undefined
  error: unknown
  pending: boolean
  onAsk: (question: PolicyTest) => void
}

/** Puts a question to the saved policies; Enter asks. */
export function PolicyTestForm({ answer, error, pending, onAsk }: PolicyTestFormProps) {
  const form = useForm<Values>({ initialValues: firstQuestion })
  const { action, anonymous, qos } = form.values
  const { setErrors } = form
  useEffect(() => {
    if (error) setErrors(fieldErrors(error))
  }, [error, setErrors])
  const input = (field: 'clientId' | 'username' | 'address' | 'topic') => ({
    size: 'xs' as const,
    autoComplete: 'off',
    spellCheck: false,
    ...form.getInputProps(field)
  })
  return (
    <Paper withBorder p="md" className={classes.test} component="section" aria-labelledby="policy-test">
      <form onSubmit={form.onSubmit((values) => onAsk(questionOf(values)))} noValidate>
        <Stack gap="xs">
          <Title order={3} id="policy-test">
            {words.title}
          </Title>
          <Text size="xs" c="dimmed">
            {words.about}
          </Text>
          <SegmentedControl
            size="xs"
            fullWidth
            aria-label={words.action}
            data={actions}
            {...form.getInputProps('action')}
          />
          <TextInput label={words.clientId} {...input('clientId')} />
          <TextInput label={words.username} disabled={anonymous} {...input('username')} />
          <Checkbox
            size="xs"
            label={words.anonymous}
            {...form.getInputProps('anonymous', { type: 'checkbox' })}
          />
          <TextInput
            label={words.address}
            description={words.addressAbout}
            maxLength={policyBounds.addressCharactersMax}
            {...input('address')}
          />
          {action !== 'connect' && (
            <>
              <TextInput
                label={action === 'subscribe' ? words.topicFilter : words.topic}
                {...input('topic')}
              />
              <Group gap="lg" align="flex-end">
                <Input.Wrapper label={words.qos} labelElement="div" size="xs">
                  <div>
                    <SegmentedControl
                      size="xs"
                      aria-label={words.qos}
                      data={qosLevels}
                      value={qos}
                      onChange={(level) => form.setFieldValue('qos', level)}
                    />
                  </div>
                </Input.Wrapper>
                {action === 'publish' && (
                  <Checkbox
                    size="xs"
                    mb={6}
                    label={words.retain}
                    {...form.getInputProps('retain', { type: 'checkbox' })}
                  />
                )}
              </Group>
            </>
          )}
          <Button type="submit" size="xs" variant="default" loading={pending}>
            {words.submit}
          </Button>
          {error ? <ErrorPanel error={error} /> : <PolicyVerdict answer={answer} />}
        </Stack>
      </form>
    </Paper>
  )
}

/** What the action does not look at is not sent. */
function questionOf({
  action,
  clientId,
  anonymous,
  username,
  address,
  topic,
  qos,
  retain
}: Values): PolicyTest {
  return {
    action,
    clientId,
    username: anonymous ? null : username,
    ...(address.trim() && { address: address.trim() }),
    ...(action !== 'connect' && { topic, qos: Number(qos) as PolicyQos }),
    ...(action === 'publish' && { retain })
  }
}

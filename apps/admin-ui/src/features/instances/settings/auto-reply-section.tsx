import { Checkbox, Group, Stack, Switch, Text, Title } from '@mantine/core'
import { texts } from '../../../texts'
import { NumberField, SwitchField } from './fields'
import { timeoutAtFirstMs } from './numbers'
import { Section } from './section'
import classes from './settings.module.css'
import { useForm } from './use-settings-form'

const { autoReply: words } = texts.settings
const versions = ['3.1', '3.1.1', '5.0'] as const

/** When the server replies for a responder, and what happens to a reply that nobody waits for. */
export function AutoReplySection() {
  return (
    <Section id="auto-reply" title={words.title}>
      <SwitchField path="autoReply.enabled" hint={words.enabledHint} />
      <ProtocolVersions />
      <SwitchField path="autoReply.checkRights" hint={words.checkRightsHint} />
      <SwitchField path="autoReply.retained" hint={words.retainedHint} />
      <SwitchField path="autoReply.noResponder" hint={<NotYet text={words.noResponderHint} />} />
      <Timeout />
      <div className={classes.fields}>
        <NumberField path="autoReply.maxReplies" hint={words.maxRepliesHint} />
      </div>
      <Stack gap={4}>
        <Title order={4} size="h3">
          {words.retryTitle}
        </Title>
        <Text size="sm" c="dimmed" maw="80ch">
          {words.retryAbout}
        </Text>
      </Stack>
      <div className={classes.fields}>
        <NumberField path="autoReply.retry.attempts" hint={words.attemptsHint} />
        <NumberField path="autoReply.retry.firstDelayMs" hint={words.firstDelayMsHint} />
        <NumberField path="autoReply.retry.maxDelayMs" hint={words.maxDelayMsHint} />
        <NumberField path="autoReply.retry.maxAgeMs" hint={words.maxAgeMsHint} />
      </div>
    </Section>
  )
}

function ProtocolVersions() {
  const { value, set, problems } = useForm()
  return (
    <Checkbox.Group
      label={words.protocolVersions}
      description={words.protocolVersionsHint}
      error={problems['autoReply.protocolVersions']}
      value={[...(value('autoReply.protocolVersions') as readonly string[])]}
      onChange={(chosen) =>
        set(
          'autoReply.protocolVersions',
          versions.filter((one) => chosen.includes(one))
        )
      }
    >
      <Group gap="md" mt={6}>
        {versions.map((version) => (
          <Checkbox key={version} value={version} label={words.version(version)} />
        ))}
      </Group>
    </Checkbox.Group>
  )
}

/** Off is no number: the switch says whether there is one. */
function Timeout() {
  const { value, set, instance } = useForm()
  const on = value('autoReply.timeoutMs') !== null
  return (
    <>
      <Switch
        label={words.timeout}
        description={<NotYet text={words.timeoutHint} />}
        checked={on}
        onChange={(event) =>
          set(
            'autoReply.timeoutMs',
            event.currentTarget.checked ? (instance.autoReply.timeoutMs ?? timeoutAtFirstMs) : null
          )
        }
      />
      {on && (
        <div className={classes.fields}>
          <NumberField path="autoReply.timeoutMs" hint={words.timeoutMsHint} />
        </div>
      )}
    </>
  )
}

/** Settings that are kept, and that no node obeys so far. */
function NotYet({ text }: { text: string }) {
  return (
    <>
      {text}{' '}
      <Text component="span" inherit fw={600}>
        {words.notYet}
      </Text>
    </>
  )
}

import { Alert, List, Text } from '@mantine/core'
import { texts } from '../../texts'
import { has, isAnswered } from './exchange'
import { InstanceLink } from './instance-link'
import { type NoReplyReason, noReplyReasons } from './no-reply-reasons'
import type { TryOut } from './use-try-it'

const { noReply } = texts.tryIt

type LinkName = keyof typeof noReply.links

const sections = {
  settings: 'settings',
  policies: 'policies',
  rules: 'rules',
  deadLetters: 'dead-letters'
} as const

/** Where the cause can be looked at or changed. */
const linkOf: Partial<Record<NoReplyReason, LinkName>> = {
  suspended: 'settings',
  noResponseTopic: 'rules',
  autoReplyOff: 'settings',
  protocolVersionOff: 'settings',
  expired: 'rules',
  rights: 'policies',
  delayed: 'deadLetters'
}

/** When no reply came in time: what speaks for being the reason. */
export function NoReply({ tryOut: { stage, instance, ruleCheck } }: { tryOut: TryOut }) {
  const { exchange, links } = stage
  if (!exchange?.late || isAnswered(exchange) || has(exchange, 'refused')) return null
  const facts = { exchange, instance, requester: links.requester, dryRun: ruleCheck.data }
  return (
    <Alert role="alert" color="orange" variant="light" title={noReply.title}>
      <List size="sm" spacing={4}>
        {noReplyReasons(facts).map((reason) => (
          <List.Item key={reason}>
            {noReply.reasons[reason]} <Lead reason={reason} instanceId={instance.id} />
          </List.Item>
        ))}
      </List>
      <Text size="xs" mt="xs">
        {noReply.about}
      </Text>
    </Alert>
  )
}

function Lead({ reason, instanceId }: { reason: NoReplyReason; instanceId: string }) {
  const name = linkOf[reason]
  if (!name) return null
  return (
    <InstanceLink section={sections[name]} instanceId={instanceId}>
      {noReply.links[name]}
    </InstanceLink>
  )
}

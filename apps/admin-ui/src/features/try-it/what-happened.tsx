import { Paper, Stack, Text, Title } from '@mantine/core'
import { CodeBlock } from '../../components/code-block'
import { visible } from '../../lib/format'
import { texts } from '../../texts'
import { type Exchange, isAnswered } from './exchange'
import { mosquittoCommands } from './mosquitto-commands'
import type { TryOut } from './use-try-it'

const words = texts.tryIt.whatHappened

/** After the first reply: what it was, in three sentences, and the same scene without this page. */
export function WhatHappened({ tryOut: { stage, instance, fields } }: { tryOut: TryOut }) {
  const { exchange } = stage
  if (!exchange || !isAnswered(exchange)) return null
  const commands = mosquittoCommands({
    endpoint: instance.endpoints.mqtt,
    responder: fields.responder,
    request: exchange.request,
    credentials: !instance.authentication.anonymous
  })
  return (
    <Paper withBorder p="md" component="section" aria-label={words.title}>
      <Stack gap="xs">
        <Title order={3} size="h3">
          {words.title}
        </Title>
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {visible(sentences(exchange, fields.responder.clientId))}
        </Text>
        <Title order={4} size="h3" mt="xs">
          {words.commands}
        </Title>
        <Text size="sm">{words.first}</Text>
        <CodeBlock code={commands.responder} />
        <Text size="sm">{words.second}</Text>
        <CodeBlock code={commands.requester} />
      </Stack>
    </Paper>
  )
}

function sentences({ request, steps }: Exchange, responderId: string): string {
  const { version, topic, replyTopic } = request
  const first = version === '5.0' ? words.modern(topic, replyTopic) : words.old(topic, replyTopic)
  const packet = steps.some((step) => step.kind === 'acknowledged' && step.packet === 'PUBCOMP')
  return [first, words.responder(responderId, packet ? 'PUBCOMP' : 'PUBACK'), words.server].join(' ')
}

import { randomUUID } from 'node:crypto'
import {
  type DryRun,
  dryRunBounds,
  type Problem,
  type SampleMessage,
  type UserProperty
} from '@parley/contracts'
import type { RuleInput } from '@parley/rules'
import { ProblemError } from '../problem-error.js'

type Finding = NonNullable<Problem['errors']>[number]

/** An address of the documentation's range (RFC 5737). */
const clientHostDefault = '192.0.2.1:50000'

/** The sample as the rules would get it from the broker. Throws `invalid` for what no client could publish. */
export function sampleInput({ message }: DryRun, instanceId: string, nowMs: number): RuleInput {
  const errors = [...messageProblems(message)]
  if (errors.length > 0) throw new ProblemError('invalid', 'No client could publish this message.', errors)
  const { clientId, username = null, clientHost = clientHostDefault, topic, qos = 1, payload = '' } = message
  const { responseTopic, correlationData, messageExpiryInterval, userProperties } = message.properties ?? {}
  return {
    clientId,
    username,
    clientHost,
    topic,
    qos,
    payload: Buffer.from(payload),
    messageId: randomUUID().replaceAll('-', '').toUpperCase(),
    timestamp: nowMs,
    instanceId,
    protocolVersion: protocolVersionOf(message),
    responseTopic,
    correlationData: correlationData === undefined ? undefined : Buffer.from(correlationData),
    messageExpiryInterval,
    userProperties
  }
}

/** Only 5.0 carries properties: a sample that has some and does not say its version is one of 5.0. */
function protocolVersionOf(message: SampleMessage): RuleInput['protocolVersion'] {
  return message.protocolVersion ?? (hasProperties(message) ? '5.0' : '3.1.1')
}

function hasProperties({ properties = {} }: SampleMessage): boolean {
  return Object.values(properties).some((value) => !Array.isArray(value) || value.length > 0)
}

function* messageProblems(message: SampleMessage): Generator<Finding> {
  const { clientId, username, clientHost, topic, payload, properties = {} } = message
  yield* mqttText('/message/clientId', clientId)
  yield* mqttText('/message/username', username)
  yield* mqttText('/message/clientHost', clientHost)
  yield* topicName('/message/topic', topic)
  if (topic === '') yield { path: '/message/topic', message: 'must not be empty' }
  // The broker refuses such a message before it asks the rules.
  if (topic.startsWith('$'))
    yield { path: '/message/topic', message: 'topics that begin with `$` belong to the service' }
  yield* utf8('/message/payload', payload)
  yield* topicName('/message/properties/responseTopic', properties.responseTopic)
  yield* utf8('/message/properties/correlationData', properties.correlationData)
  yield* userPropertyProblems(properties.userProperties ?? [])
  if (hasProperties(message) && protocolVersionOf(message) !== '5.0') {
    yield {
      path: '/message/properties',
      message: `cannot be set by a client of MQTT ${message.protocolVersion}`
    }
  }
}

function* userPropertyProblems(userProperties: readonly UserProperty[]): Generator<Finding> {
  for (const [i, { key, value }] of userProperties.entries()) {
    yield* mqttText(`/message/properties/userProperties/${i}/key`, key)
    yield* mqttText(`/message/properties/userProperties/${i}/value`, value)
  }
}

/** [MQTT-3.3.2-2], and for a Response Topic [MQTT-3.3.2-14]. */
function* topicName(path: string, text: string | undefined): Generator<Finding> {
  yield* mqttText(path, text)
  if (text !== undefined && /[+#]/.test(text))
    yield { path, message: 'cannot hold the wildcards `+` and `#`' }
}

/** A UTF-8 string as the broker takes it: no U+0000 [MQTT-1.5.4-2], no control character, no non-character. */
function* mqttText(path: string, text: string | null | undefined): Generator<Finding> {
  if (typeof text !== 'string') return
  yield* utf8(path, text)
  if (/[\p{Control}\p{Noncharacter_Code_Point}]/u.test(text)) {
    yield { path, message: 'cannot hold U+0000, another control character or a non-character' }
  }
}

/** Whole characters [MQTT-1.5.4-1], and no more bytes than the two of a length can say. */
function* utf8(path: string, text = ''): Generator<Finding> {
  if (/\p{Surrogate}/u.test(text)) yield { path, message: 'holds half a surrogate pair' }
  const bytesMax = dryRunBounds.textCharactersMax
  if (path !== '/message/payload' && Buffer.byteLength(text) > bytesMax) {
    yield { path, message: `is longer than ${bytesMax} bytes in UTF-8` }
  }
}

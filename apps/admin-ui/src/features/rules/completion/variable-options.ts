import { texts } from '../../../texts'
import type { Sample } from '../preview/sample'
import { scalarsOf } from './scalars-of'

/** A variable that can be inserted. A name that ends with `.` wants more behind it. */
export interface VariableOption {
  name: string
  meaning: string
  /** Its value in the sample message; undefined: none. */
  example: string | undefined
}

const words = texts.ruleVariables

const examples = {
  clientHost: '192.0.2.1:50000',
  messageId: '019AB3C4D5E6F7A8B9C0D1E2F3A4B5C6',
  traceId: '019ab3c4d5e6f7a8b9c0d1e2f3a4b5c6'
} as const

/** What a name cannot hold, because it would end there. */
const endsName = /\}|:-/

/** Every variable, those first that the sample message has something special for. */
export function variableOptions(sample: Sample, instanceId: string, nowMs: number): VariableOption[] {
  const { clientId, username, topic, qos, protocolVersion } = sample
  const { clientHost, messageId, traceId } = examples
  const named = (name: keyof typeof words.meanings, example: string | undefined): VariableOption => ({
    name,
    meaning: words.meanings[name],
    example
  })
  return [
    named('clientId', clientId),
    named('username', username || undefined),
    ...payloadFields(sample.payload),
    ...topicLevels(topic),
    ...userProperties(sample),
    named('topic', topic),
    named('qos', String(qos)),
    named('messageId', messageId),
    named('traceId', traceId),
    named('timestamp', String(nowMs)),
    named('instanceId', instanceId),
    named('clientHost', clientHost),
    named('protocolVersion', protocolVersion),
    { name: 'payload.', meaning: words.payload, example: undefined },
    { name: 'userProperty.', meaning: words.userProperty, example: undefined }
  ]
}

function payloadFields(payload: string): VariableOption[] {
  return scalarsOf(payload)
    .filter(({ path }) => !endsName.test(path))
    .map(({ path, value }) => ({ name: `payload.${path}`, meaning: words.payloadField, example: value }))
}

function topicLevels(topic: string): VariableOption[] {
  return topic.split('/').map((example, level) => ({
    name: `topic[${level}]`,
    meaning: words.topicLevel(level),
    example
  }))
}

function userProperties({ protocolVersion, properties }: Sample): VariableOption[] {
  if (protocolVersion !== '5.0') return []
  // The first of a key is the one that counts.
  const first = new Map(properties.userProperties.toReversed().map(({ key, value }) => [key, value]))
  return [...first]
    .filter(([key]) => key !== '' && !endsName.test(key))
    .map(([key, example]) => ({ name: `userProperty.${key}`, meaning: words.userPropertyOf, example }))
}

/** Those whose name begins with what was typed, then those that hold it. Case does not count. */
export function matchingOptions(options: readonly VariableOption[], typed: string): VariableOption[] {
  const wanted = typed.toLowerCase()
  const places = options.map((option) => ({ option, place: option.name.toLowerCase().indexOf(wanted) }))
  return [...places.filter(({ place }) => place === 0), ...places.filter(({ place }) => place > 0)].map(
    ({ option }) => option
  )
}

import { AutoReply, type Instance, Limits, Retry } from '@parley/contracts'
import { texts } from '../../../texts'
import type { SettingPath } from './edits'

const { units } = texts.settings

export type LimitName = keyof Instance['limits']
export type NumberPath = Extract<
  SettingPath,
  `limits.${string}` | `autoReply.retry.${string}` | 'autoReply.maxReplies' | 'autoReply.timeoutMs'
>
type Unit = keyof typeof units

/** Bounds, default and unit of a number. */
export interface NumberSetting {
  minimum: number
  maximum: number
  /** Undefined: there is none, it is switched on first. */
  default: number | undefined
  unit: Unit
}

const limitUnits: Record<LimitName, Unit> = {
  packetBytesMax: 'bytes',
  maxInflight: 'messages',
  receiveMaximum: 'messages',
  topicAliasMaximum: 'aliases',
  keepAliveMaxS: 'seconds',
  sessionExpiryMaxS: 'seconds',
  queuedMessagesMax: 'messages',
  queuedBytesMax: 'bytes',
  topicLevelsMax: 'levels',
  userPropertiesMax: 'properties',
  connectionsMax: 'connections',
  rulesMax: 'rules'
}

export const limitNames = Object.keys(limitUnits) as LimitName[]

const retryUnits: Record<keyof Instance['autoReply']['retry'], Unit> = {
  attempts: 'attempts',
  firstDelayMs: 'milliseconds',
  maxDelayMs: 'milliseconds',
  maxAgeMs: 'milliseconds'
}

const timeoutSchema = AutoReply.properties.timeoutMs.anyOf[0]

/** Every number of the settings, with the bounds and defaults that the API checks. */
export const numberSettings: Record<NumberPath, NumberSetting> = {
  ...byPath('limits', limitUnits, Limits.properties),
  ...byPath('autoReply.retry', retryUnits, Retry.properties),
  'autoReply.maxReplies': numberSetting(AutoReply.properties.maxReplies, 'replies'),
  'autoReply.timeoutMs': numberSetting(timeoutSchema, 'milliseconds')
}

/** How long a timeout is when it is switched on. */
export const timeoutAtFirstMs = 10_000

export function isNumberPath(path: SettingPath): path is NumberPath {
  return path in numberSettings
}

function byPath<Name extends string, Prefix extends string>(
  prefix: Prefix,
  unitsByName: Record<Name, Unit>,
  schemas: Record<Name, object>
): Record<`${Prefix}.${Name}`, NumberSetting> {
  const names = Object.keys(unitsByName) as Name[]
  const entries = names.map((name) => [`${prefix}.${name}`, numberSetting(schemas[name], unitsByName[name])])
  return Object.fromEntries(entries) as Record<`${Prefix}.${Name}`, NumberSetting>
}

function numberSetting(schema: object, unit: Unit): NumberSetting {
  const { minimum, maximum, default: byDefault } = schema as Omit<NumberSetting, 'unit'>
  return { minimum, maximum, default: byDefault, unit }
}

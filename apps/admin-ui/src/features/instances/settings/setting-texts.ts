import { formatCount } from '../../../lib/format'
import { texts } from '../../../texts'
import type { SettingPath, SettingValue } from './edits'
import { isNumberPath, type LimitName, numberSettings } from './numbers'
import { inLargerUnit } from './quantities'

const { general, access, autoReply, limits, sessions, changes, units } = texts.settings

const names: Record<Exclude<SettingPath, `limits.${string}`>, string> = {
  name: general.name,
  remark: general.remark,
  'authentication.anonymous': access.anonymous,
  'authorization.enabled': access.authorization,
  'autoReply.enabled': autoReply.enabled,
  'autoReply.protocolVersions': autoReply.protocolVersions,
  'autoReply.checkRights': autoReply.checkRights,
  'autoReply.retained': autoReply.retained,
  'autoReply.noResponder': autoReply.noResponder,
  'autoReply.timeoutMs': autoReply.timeoutMs,
  'autoReply.maxReplies': autoReply.maxReplies,
  'autoReply.retry.attempts': autoReply.attempts,
  'autoReply.retry.firstDelayMs': autoReply.firstDelayMs,
  'autoReply.retry.maxDelayMs': autoReply.maxDelayMs,
  'autoReply.retry.maxAgeMs': autoReply.maxAgeMs,
  sessions: sessions.label
}

/** What a setting is called, in the form and in the list of changes. */
export function settingName(path: SettingPath): string {
  return path.startsWith('limits.')
    ? limits.names[path.slice('limits.'.length) as LimitName]
    : names[path as keyof typeof names]
}

/** A value as the list of changes shows it: `1,048,576 bytes (1 MiB)`. */
export function settingText(path: SettingPath, value: SettingValue): string {
  if (typeof value === 'boolean') return value ? changes.on : changes.off
  if (value === null) return changes.never
  if (Array.isArray(value)) return value.length > 0 ? value.join(', ') : changes.none
  if (value === '') return changes.empty
  if (!isNumberPath(path) || typeof value !== 'number')
    return path === 'sessions' ? sessionText(value) : String(value)
  const { unit } = numberSettings[path]
  const larger = inLargerUnit(value, unit)
  return `${formatCount(value)} ${units[unit]}${larger ? ` (${larger})` : ''}`
}

function sessionText(value: SettingValue): string {
  return value === 'memory' ? sessions.memory : sessions.redis
}

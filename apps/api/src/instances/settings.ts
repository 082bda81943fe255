import { defaultInstanceSettings, type InstancePatch, type InstanceSettings } from '@parley/contracts'
import { ProblemError } from '../problem-error.js'

type SettingsPatch = Pick<
  InstancePatch,
  'authentication' | 'authorization' | 'autoReply' | 'limits' | 'sessions'
>

/** Settings with a patch merged in, at every depth. What was stored before a setting existed takes its default. Never throws. */
export function mergeSettings(stored: InstanceSettings | undefined, patch: SettingsPatch): InstanceSettings {
  const { authentication, authorization, autoReply, limits, sessions } = patch
  const settings = merge(merge(defaultInstanceSettings(), stored), {
    authentication,
    authorization,
    autoReply,
    limits,
    sessions
  })
  return settings
}

/** What no schema of a single field can say. Throws `invalid`. For what a caller sends, not for what is stored. */
export function checkSettings({ autoReply: { retry } }: InstanceSettings): void {
  if (retry.firstDelayMs <= retry.maxDelayMs) return
  throw new ProblemError('invalid', 'The first delay is longer than the longest.', [
    { path: '/autoReply/retry/firstDelayMs', message: 'must not be above maxDelayMs' }
  ])
}

/** Both sides are checked against a schema without free keys, so that no text of a caller becomes a property name. */
function merge<T extends object>(target: T, source: object | undefined): T {
  const result = { ...target } as Record<string, unknown>
  for (const [name, value] of Object.entries(source ?? {})) {
    if (value === undefined) continue
    const known = result[name]
    result[name] = isPlainObject(known) && isPlainObject(value) ? merge(known, value) : value
  }
  return result as T
}

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

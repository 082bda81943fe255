import type { Instance, InstancePatch } from '@parley/contracts'

// What was edited and not saved, over what stands: an answer that comes meanwhile never overwrites what is being typed.

type Dotted<T> = {
  [Name in keyof T & string]: NonNullable<T[Name]> extends readonly unknown[]
    ? Name
    : NonNullable<T[Name]> extends object
      ? `${Name}.${Dotted<NonNullable<T[Name]>>}`
      : Name
}[keyof T & string]

/** Names one setting, as in `autoReply.retry.attempts`: the way errors of the API name fields as well. */
export type SettingPath = Exclude<Dotted<Required<InstancePatch>>, 'status'>

/** A number field that is being typed into may hold a text that is no number yet. */
export type SettingValue = string | number | boolean | null | readonly string[]

export type Edits = Partial<Record<SettingPath, SettingValue>>

export interface Change {
  path: SettingPath
  from: SettingValue
  to: SettingValue
}

/** What stands at this path. */
export function settingOf(instance: Instance, path: SettingPath): SettingValue {
  let value: unknown = instance
  for (const name of path.split('.')) value = (value as Record<string, unknown>)[name]
  return value as SettingValue
}

/** Edits that differ from what stands, in the order in which they were made. */
export function changesOf(instance: Instance, edits: Edits): Change[] {
  return (Object.entries(edits) as [SettingPath, SettingValue][])
    .map(([path, to]) => ({ path, from: settingOf(instance, path), to }))
    .filter(({ from, to }) => !isSame(from, to))
}

/** What a save sends: the changes and nothing else. */
export function patchOf(changes: readonly Change[]): InstancePatch {
  const patch: Record<string, unknown> = {}
  for (const { path, to } of changes) {
    const names = path.split('.')
    const last = names.pop()!
    let target = patch
    for (const name of names) {
      target[name] ??= {}
      target = target[name] as Record<string, unknown>
    }
    target[last] = to
  }
  return patch as InstancePatch
}

/** The order within a list says nothing. */
function isSame(one: SettingValue, other: SettingValue): boolean {
  if (!Array.isArray(one) || !Array.isArray(other)) return one === other
  return one.length === other.length && one.every((value) => other.includes(value))
}

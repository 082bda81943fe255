import type { Instance } from '@parley/contracts'
import { formatCount } from '../../../lib/format'
import { texts } from '../../../texts'
import { nameProblem, remarkProblem } from '../instance-fields'
import type { Change, Edits, SettingPath, SettingValue } from './edits'
import { settingOf } from './edits'
import { isNumberPath, type NumberPath, numberSettings } from './numbers'

export type Problems = Partial<Record<SettingPath, string>>

/** Why changes cannot be saved, by setting; empty: they can. */
export function problemsOf(instance: Instance, changes: readonly Change[], edits: Edits): Problems {
  const problems: Problems = {}
  for (const { path, to } of changes) {
    const problem = problemOf(path, to)
    if (problem) problems[path] = problem
  }
  return { ...delayProblem(instance, changes, edits), ...problems }
}

function problemOf(path: SettingPath, value: SettingValue): string | null {
  if (path === 'name') return nameProblem(String(value))
  if (path === 'remark') return remarkProblem(String(value))
  return isNumberPath(path) ? numberProblem(path, value) : null
}

function numberProblem(path: NumberPath, value: SettingValue): string | null {
  if (path === 'autoReply.timeoutMs' && value === null) return null
  const { minimum, maximum } = numberSettings[path]
  const fits = Number.isInteger(value) && Number(value) >= minimum && Number(value) <= maximum
  return fits ? null : texts.settings.outside(formatCount(minimum), formatCount(maximum))
}

/** Of two settings that were saved apart: what no bound of one of them says. */
function delayProblem(instance: Instance, changes: readonly Change[], edits: Edits): Problems {
  const first = 'autoReply.retry.firstDelayMs'
  const longest = 'autoReply.retry.maxDelayMs'
  const concerned = changes.filter(({ path }) => path === first || path === longest)
  const [firstMs, longestMs] = [first, longest].map(
    (path) => edits[path as SettingPath] ?? settingOf(instance, path as SettingPath)
  )
  if (concerned.length === 0 || Number(firstMs) <= Number(longestMs)) return {}
  return { [first]: texts.settings.autoReply.firstDelayLong }
}

import { bounds, type EnhancementRule } from '@parley/contracts'
import { blankContent, contentOf, type RuleContent } from './editor/rule-content'

/** A rule under a name that is free; blank when it is not there (any more). */
export function copiedContent(rules: readonly EnhancementRule[], ruleId: string): RuleContent {
  const original = rules.find(({ id }) => id === ruleId)
  if (!original) return blankContent
  const taken = new Set(rules.map(({ name }) => name))
  return { ...contentOf(original), name: freeName(original.name, taken) }
}

/** `door-copy`, `door-copy-2`, ...; cut where the name would be too long. */
function freeName(name: string, taken: ReadonlySet<string>): string {
  for (let n = 1; ; n++) {
    const suffix = n === 1 ? '-copy' : `-copy-${n}`
    const free = name.slice(0, bounds.name.maxCharacters - suffix.length) + suffix
    if (!taken.has(free)) return free
  }
}

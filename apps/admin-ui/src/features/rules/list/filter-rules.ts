import type { EnhancementRule } from '@parley/contracts'

/** The rules that hold the text in what a person wrote: name, remark, patterns and what they set. Case does not count. */
export function filterRules(rules: EnhancementRule[], q: string | undefined): EnhancementRule[] {
  if (!q) return rules
  const wanted = q.toLowerCase()
  return rules.filter((rule) => textsOf(rule).some((text) => text.toLowerCase().includes(wanted)))
}

function textsOf({ name, remark, condition, actions }: EnhancementRule): string[] {
  const { responseTopic = '', correlationData = '', userProperties = [] } = actions
  return [
    name,
    remark,
    ...Object.values(condition),
    responseTopic,
    correlationData,
    ...userProperties.flatMap(({ key, value }) => [key, value])
  ]
}

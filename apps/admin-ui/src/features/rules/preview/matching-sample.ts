import type { RuleCondition } from '@parley/contracts'
import type { Sample } from './sample'

const standIn = 'x'

/** The sample with what a condition wants in place of what it does not take: the simplest text that each pattern matches. */
export function matchingSample(sample: Sample, condition: RuleCondition): Sample {
  const filled = { ...sample }
  for (const field of ['clientId', 'username', 'topic'] as const) {
    const pattern = condition[field]
    if (pattern !== '*') filled[field] = textFor(pattern, field === 'topic')
  }
  return filled
}

/** Every wildcard becomes one `x`: one character, one level, one rest. */
function textFor(pattern: string, isTopic: boolean): string {
  return pattern.replace(isTopic ? /[*?+#]/g : /[*?]/g, standIn)
}

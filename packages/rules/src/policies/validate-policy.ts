import type { PolicyAction, PolicyCondition } from '@parley/contracts'
import { type RuleProblem, textProblems } from '../validate.js'
import { parseAddressBlock } from './address.js'
import { parseTopicTemplate } from './topic-template.js'

/** The parts of a policy that can be wrong in ways of their own. */
export interface PolicyDraft {
  actions: readonly PolicyAction[]
  condition: PolicyCondition
}

/** The problems of one policy that no JSON Schema can express; [] when it is fine. */
export function validatePolicy({ actions, condition }: PolicyDraft): RuleProblem[] {
  return [...listProblems('/actions', actions), ...conditionProblems(condition)]
}

function* conditionProblems(condition: PolicyCondition): Generator<RuleProblem> {
  for (const field of ['clientId', 'username'] as const) {
    const path = `/condition/${field}`
    yield* textProblems(path, condition[field])
    // It would be read as plain text, and a `deny` with it would silently never match.
    if (condition[field].includes('${')) yield { path, message: 'only the topic can hold a variable' }
  }
  yield* addressProblems(condition.address)
  yield* textProblems('/condition/topic', condition.topic)
  for (const message of parseTopicTemplate(condition.topic).problems) {
    yield { path: '/condition/topic', message }
  }
  yield* listProblems('/condition/qos', condition.qos)
}

function* addressProblems(address: string | null): Generator<RuleProblem> {
  if (address === null || parseAddressBlock(address) !== undefined) return
  const message = 'not an IP address or a block of them, as in `10.0.0.0/8` or `2001:db8::/32`'
  yield { path: '/condition/address', message }
}

/** The schema says this too; a draft that comes another way is held to the same. */
function* listProblems(path: string, list: readonly (string | number)[]): Generator<RuleProblem> {
  if (list.length === 0) yield { path, message: 'must hold at least one' }
  for (const [i, item] of list.entries()) {
    if (list.indexOf(item) < i) yield { path: `${path}/${i}`, message: `${item} stands here twice` }
  }
}

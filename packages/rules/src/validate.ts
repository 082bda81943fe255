import { type RuleActions, type RuleCondition, ruleBounds } from '@parley/contracts'
import { topicPatternProblem } from './pattern.js'
import { constantTexts, parseTemplate, type Template } from './template.js'
import { hasTopicWildcard, isWellFormed, utf8Bytes } from './text.js'

export interface RuleProblem {
  /** JSON Pointer into the rule, such as `/actions/responseTopic`. */
  path: string
  message: string
}

/** The problems of one rule that no JSON Schema can express; [] when it is fine. */
export function validateRule(rule: { condition: RuleCondition; actions: RuleActions }): RuleProblem[] {
  return [...conditionProblems(rule.condition), ...actionProblems(rule.actions)]
}

function* conditionProblems({ clientId, username, topic }: RuleCondition): Generator<RuleProblem> {
  yield* textProblems('/condition/clientId', clientId)
  yield* textProblems('/condition/username', username)
  yield* textProblems('/condition/topic', topic)
  const message = topicPatternProblem(topic)
  if (message) yield { path: '/condition/topic', message }
}

function* actionProblems(actions: RuleActions): Generator<RuleProblem> {
  if (actions.responseTopic !== undefined) yield* responseTopicProblems(actions.responseTopic)
  if (actions.correlationData !== undefined) yield* correlationProblems(actions.correlationData)
  for (const [i, { key, value }] of (actions.userProperties ?? []).entries()) {
    const path = `/actions/userProperties/${i}`
    yield* templateProblems(`${path}/key`, key)
    yield* templateProblems(`${path}/value`, value)
    const bytesMax = ruleBounds.userPropertyBytesMax
    if (utf8Bytes(key) + utf8Bytes(value) > bytesMax) {
      yield { path, message: `key and value together are longer than ${bytesMax} bytes` }
    }
  }
}

function* responseTopicProblems(source: string): Generator<RuleProblem> {
  const path = '/actions/responseTopic'
  const template = yield* templateProblems(path, source)
  if (constantTexts(template).some(hasTopicWildcard)) {
    yield { path, message: 'a response topic cannot hold the wildcards `+` and `#`' }
  }
  if (mayBeginWithDollar(template)) yield { path, message: 'a response topic cannot begin with `$`' }
}

function* correlationProblems(source: string): Generator<RuleProblem> {
  const path = '/actions/correlationData'
  yield* templateProblems(path, source)
  const bytesMax = ruleBounds.correlationDataBytesMax
  if (utf8Bytes(source) > bytesMax) yield { path, message: `longer than ${bytesMax} bytes` }
}

function* templateProblems(path: string, source: string): Generator<RuleProblem, Template> {
  yield* textProblems(path, source)
  const template = parseTemplate(source)
  for (const message of template.problems) yield { path, message }
  return template
}

export function* textProblems(path: string, text: string): Generator<RuleProblem> {
  if (text.includes('\0')) yield { path, message: 'cannot hold the character U+0000' }
  if (!isWellFormed(text)) yield { path, message: 'holds half a surrogate pair, which is not a character' }
}

/** As far as the rule itself decides it; a value that begins with `$` is found when it is rendered. */
function mayBeginWithDollar({ parts }: Template): boolean {
  for (const part of parts) {
    const text = typeof part === 'string' ? part : part.defaultText
    if (text !== '') return text?.startsWith('$') === true
  }
  return false
}

// Enhancement rules: a condition on who publishes what, and properties that the server adds to the message.
// Rules are compiled once per rule set (compile.ts), found by bit sets (pattern-index.ts), and applied in order of
// priority (apply.ts). Pure: no I/O, no clock, no state besides bounded caches; runs in Node and in a browser.
export {
  type AppliedProperties,
  applyRules,
  type ResponseTopicOrigin,
  type RuleField,
  type RuleObserver,
  type SkipReason
} from './apply.js'
export { type CompiledRule, compileRules, type RuleSet } from './compile.js'
export {
  type Explanation,
  explainRules,
  type FieldExplanation,
  type FieldSetter,
  type RuleExplanation
} from './explain.js'
export { payloadParsedBytesMax, type RuleInput } from './message-values.js'
export {
  type AccessClient,
  type AccessDecision,
  type AccessRequest,
  type ClientAccess,
  clientAccess,
  compilePolicies,
  decideAccess,
  type PolicyDraft,
  type PolicySet,
  validatePolicy
} from './policies/index.js'
export { type RuleProblem, validateRule } from './validate.js'
export { variableNames } from './variables.js'

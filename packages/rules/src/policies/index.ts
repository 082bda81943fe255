// Authorization policies: who may connect, publish and subscribe. The first policy in order whose condition matches
// decides; when none does, the answer is no. Policies are compiled once per set (compile-policies.ts) and once more per
// client (client-access.ts), so that a publish only looks at its topic. A SUBSCRIBE asks about all topics of its filter at
// once: an `allow` must match every one of them (coverage.ts), a `deny` only some (overlap.ts). What cannot be read or
// decided is read in the way that allows less.
export type { AccessDecision } from './access-decision.js'
export { type AccessClient, type ClientAccess, clientAccess } from './client-access.js'
export { compilePolicies, type PolicySet } from './compile-policies.js'
export { type AccessRequest, decideAccess } from './decide-access.js'
export { type PolicyDraft, validatePolicy } from './validate-policy.js'

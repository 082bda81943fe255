import { type Static, Type } from 'typebox'
import { Name, Remark } from './instance.js'

const strict = { additionalProperties: false } as const

/** Bounds of what a policy may hold. */
export const policyBounds = {
  /** Of one instance. */
  policiesMax: 200,
  /** A topic name is at most 65,535 bytes; a pattern that is meant for people stays far below. */
  patternCharactersMax: 256,
  /** The longest written form is `ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255/128`, 49 characters. */
  addressCharactersMax: 64,
  priorityDefault: 100,
  priorityMax: 9_999,
  /** Client ids and topics of a test are as long as MQTT allows. */
  testTextCharactersMax: 65_535
} as const

const Pattern = Type.String({ minLength: 1, maxLength: policyBounds.patternCharactersMax, default: '*' })

export const PolicyEffect = Type.Union([Type.Literal('allow'), Type.Literal('deny')])
export type PolicyEffect = Static<typeof PolicyEffect>

export const PolicyAction = Type.Union([
  Type.Literal('connect'),
  Type.Literal('publish'),
  Type.Literal('subscribe')
])
export type PolicyAction = Static<typeof PolicyAction>

export const PolicyActions = Type.Array(PolicyAction, { minItems: 1, maxItems: 3, uniqueItems: true })
export type PolicyActions = Static<typeof PolicyActions>

export const PolicyQos = Type.Union([Type.Literal(0), Type.Literal(1), Type.Literal(2)])
export type PolicyQos = Static<typeof PolicyQos>

/**
 * All must match. `*` any run of characters, `?` one; in `topic` also `+` (one level), `#` (the rest) and the variables
 * `${clientId}` and `${username}`. A connect looks at clientId, username and address only; retain concerns publish only.
 */
export const PolicyCondition = Type.Object(
  {
    clientId: Pattern,
    username: Pattern,
    /** An IPv4 or IPv6 address or a block of them (CIDR); null: any. */
    address: Type.Union(
      [Type.String({ minLength: 1, maxLength: policyBounds.addressCharactersMax }), Type.Null()],
      {
        default: null
      }
    ),
    topic: Pattern,
    qos: Type.Array(PolicyQos, { minItems: 1, maxItems: 3, uniqueItems: true, default: [0, 1, 2] }),
    /** null: either. */
    retain: Type.Union([Type.Boolean(), Type.Null()], { default: null })
  },
  strict
)
export type PolicyCondition = Static<typeof PolicyCondition>

export const PolicyStatus = Type.Union([Type.Literal('active'), Type.Literal('inactive')])
export type PolicyStatus = Static<typeof PolicyStatus>

const Priority = Type.Integer({
  minimum: 0,
  maximum: policyBounds.priorityMax,
  default: policyBounds.priorityDefault
})

/** `POST` of an authorization policy: what is left out takes its default. */
export const PolicyCreate = Type.Object(
  {
    name: Name,
    effect: PolicyEffect,
    actions: PolicyActions,
    condition: Type.Optional(Type.Partial(PolicyCondition, strict)),
    priority: Type.Optional(Priority),
    status: Type.Optional(PolicyStatus),
    remark: Type.Optional(Remark)
  },
  strict
)
export type PolicyCreate = Static<typeof PolicyCreate>

/** `PUT`: the policy becomes what is said here; what is left out takes its default, not what it was. */
export const PolicyUpdate = PolicyCreate
export type PolicyUpdate = Static<typeof PolicyUpdate>

/** `PATCH`: the condition is merged by field, `null` being a value of `address` and `retain`; lists are replaced. */
export const PolicyPatch = Type.Object(
  {
    name: Type.Optional(Name),
    effect: Type.Optional(PolicyEffect),
    actions: Type.Optional(PolicyActions),
    condition: Type.Optional(Type.Partial(PolicyCondition, strict)),
    priority: Type.Optional(Priority),
    status: Type.Optional(PolicyStatus),
    remark: Type.Optional(Remark)
  },
  strict
)
export type PolicyPatch = Static<typeof PolicyPatch>

/** `PUT .../policies/priorities`: all or none are changed. */
export const PolicyPriorities = Type.Array(
  Type.Object({ id: Type.String({ minLength: 1 }), priority: Priority }, strict),
  { minItems: 1, maxItems: 1_000 }
)
export type PolicyPriorities = Static<typeof PolicyPriorities>

/** What an active policy says, without the API's bookkeeping: all that `packages/rules` and a node need. */
export const PolicyDefinition = Type.Object({
  id: Type.String(),
  name: Name,
  effect: PolicyEffect,
  actions: PolicyActions,
  condition: PolicyCondition,
  priority: Priority,
  createdAt: Type.String({ format: 'date-time' })
})
export type PolicyDefinition = Static<typeof PolicyDefinition>

/** A policy as the API answers it; `revision` is that of the instance when the policy last changed. */
export const AuthorizationPolicy = Type.Object({
  id: Type.String(),
  name: Name,
  effect: PolicyEffect,
  actions: PolicyActions,
  condition: PolicyCondition,
  priority: Priority,
  status: PolicyStatus,
  remark: Remark,
  revision: Type.Integer(),
  createdAt: Type.String({ format: 'date-time' }),
  updatedAt: Type.String({ format: 'date-time' })
})
export type AuthorizationPolicy = Static<typeof AuthorizationPolicy>

const TestText = Type.String({ maxLength: policyBounds.testTextCharactersMax })

/** A question to the active policies: may this client do that? To subscribe, `topic` is a topic filter. */
export const PolicyTest = Type.Object(
  {
    action: PolicyAction,
    clientId: TestText,
    /** null: anonymous. */
    username: Type.Optional(Type.Union([TestText, Type.Null()], { default: null })),
    /** Without a port. Left out: unknown, which no `allow` with an address matches, and every `deny` with one does. */
    address: Type.Optional(Type.String({ maxLength: policyBounds.addressCharactersMax })),
    topic: Type.Optional(TestText),
    qos: Type.Optional(PolicyQos),
    retain: Type.Optional(Type.Boolean({ default: false }))
  },
  strict
)
export type PolicyTest = Static<typeof PolicyTest>

/** `policy` is the one that decided; null: none matched, which denies. */
export const PolicyDecision = Type.Object({
  effect: PolicyEffect,
  policy: Type.Union([Type.Object({ id: Type.String(), name: Name }), Type.Null()])
})
export type PolicyDecision = Static<typeof PolicyDecision>

import { type Static, Type } from 'typebox'
import { Name, Remark } from './instance.js'

const strict = { additionalProperties: false } as const

/** Bounds of what a rule may hold and of what it may add to a message. */
export const ruleBounds = {
  responseTopicCharactersMax: 256,
  correlationDataBytesMax: 8_192,
  userPropertiesMax: 10,
  userPropertyBytesMax: 8_192,
  /** All rules together add at most this much to one message. */
  addedBytesMax: 65_536,
  messageExpiryIntervalMaxS: 4_294_967_295,
  priorityDefault: 100,
  priorityMax: 9_999,
  patternCharactersMax: 1_024
} as const

const Pattern = Type.String({ minLength: 1, maxLength: ruleBounds.patternCharactersMax, default: '*' })

/** All three must match. `*` any run of characters, `?` one; in `topic` also `+` (one level) and `#` (the rest). */
export const RuleCondition = Type.Object({ clientId: Pattern, username: Pattern, topic: Pattern }, strict)
export type RuleCondition = Static<typeof RuleCondition>

export const UserProperty = Type.Object({ key: Type.String({ minLength: 1 }), value: Type.String() }, strict)
export type UserProperty = Static<typeof UserProperty>

/** What a rule sets; the texts may hold variables such as `${clientId}`. */
export const RuleActions = Type.Object(
  {
    responseTopic: Type.Optional(
      Type.String({ minLength: 1, maxLength: ruleBounds.responseTopicCharactersMax })
    ),
    correlationData: Type.Optional(
      Type.String({ minLength: 1, maxLength: ruleBounds.correlationDataBytesMax })
    ),
    messageExpiryInterval: Type.Optional(
      Type.Integer({ minimum: 1, maximum: ruleBounds.messageExpiryIntervalMaxS })
    ),
    userProperties: Type.Optional(Type.Array(UserProperty, { maxItems: ruleBounds.userPropertiesMax }))
  },
  { ...strict, minProperties: 1 }
)
export type RuleActions = Static<typeof RuleActions>

export const RuleStatus = Type.Union([Type.Literal('active'), Type.Literal('inactive')])
export type RuleStatus = Static<typeof RuleStatus>

const Priority = Type.Integer({
  minimum: 0,
  maximum: ruleBounds.priorityMax,
  default: ruleBounds.priorityDefault
})

/** `POST` and `PUT` of an enhancement rule: what is left out takes its default. */
export const EnhancementRuleCreate = Type.Object(
  {
    name: Name,
    condition: Type.Optional(Type.Partial(RuleCondition, strict)),
    actions: RuleActions,
    override: Type.Optional(Type.Boolean({ default: false })),
    priority: Type.Optional(Priority),
    status: Type.Optional(RuleStatus),
    remark: Type.Optional(Remark)
  },
  strict
)
export type EnhancementRuleCreate = Static<typeof EnhancementRuleCreate>

/** `PATCH`: condition is merged by field; actions are merged by field, and `null` removes one. */
export const EnhancementRulePatch = Type.Object(
  {
    name: Type.Optional(Name),
    condition: Type.Optional(Type.Partial(RuleCondition, strict)),
    actions: Type.Optional(
      Type.Object(
        {
          responseTopic: Type.Optional(Type.Union([RuleActions.properties.responseTopic, Type.Null()])),
          correlationData: Type.Optional(Type.Union([RuleActions.properties.correlationData, Type.Null()])),
          messageExpiryInterval: Type.Optional(
            Type.Union([RuleActions.properties.messageExpiryInterval, Type.Null()])
          ),
          userProperties: Type.Optional(Type.Union([RuleActions.properties.userProperties, Type.Null()]))
        },
        strict
      )
    ),
    override: Type.Optional(Type.Boolean()),
    priority: Type.Optional(Priority),
    status: Type.Optional(RuleStatus),
    remark: Type.Optional(Remark)
  },
  strict
)
export type EnhancementRulePatch = Static<typeof EnhancementRulePatch>

/** `PUT .../enhancement-rules/priorities`: all or none are changed. */
export const RulePriorities = Type.Array(
  Type.Object({ id: Type.String({ minLength: 1 }), priority: Priority }, strict),
  { minItems: 1, maxItems: 1_000 }
)
export type RulePriorities = Static<typeof RulePriorities>

/** What a rule says, without the API's bookkeeping: all that `packages/rules` and a node need. */
export const RuleDefinition = Type.Object({
  id: Type.String(),
  name: Name,
  condition: RuleCondition,
  actions: RuleActions,
  override: Type.Boolean(),
  priority: Priority,
  status: RuleStatus,
  createdAt: Type.String({ format: 'date-time' })
})
export type RuleDefinition = Static<typeof RuleDefinition>

/** A rule as the API answers it; `revision` is that of the instance when the rule last changed. */
export const EnhancementRule = Type.Object({
  id: Type.String(),
  name: Name,
  condition: RuleCondition,
  actions: RuleActions,
  override: Type.Boolean(),
  priority: Priority,
  status: RuleStatus,
  remark: Remark,
  revision: Type.Integer(),
  createdAt: Type.String({ format: 'date-time' }),
  updatedAt: Type.String({ format: 'date-time' })
})
export type EnhancementRule = Static<typeof EnhancementRule>

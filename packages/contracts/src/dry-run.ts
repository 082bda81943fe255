import { type Static, Type } from 'typebox'
import { EnhancementRuleCreate, UserProperty } from './enhancement-rule.js'
import { Name, ProtocolVersion } from './instance.js'

const strict = { additionalProperties: false } as const

export const dryRunBounds = {
  textCharactersMax: 65_535,
  /** A payload in the sample is no larger. */
  payloadCharactersMax: 65_536,
  draftRulesMax: 100
} as const

const Text = Type.String({ maxLength: dryRunBounds.textCharactersMax })

/** A message as a requester would publish it. What is left out takes the default of an anonymous 3.1.1 client. */
export const SampleMessage = Type.Object(
  {
    clientId: Text,
    /** null: anonymous. */
    username: Type.Optional(Type.Union([Text, Type.Null()], { default: null })),
    /** ip:port */
    clientHost: Type.Optional(Type.String({ maxLength: 64, default: '192.0.2.1:50000' })),
    protocolVersion: Type.Optional(ProtocolVersion),
    topic: Text,
    qos: Type.Optional(Type.Union([Type.Literal(0), Type.Literal(1), Type.Literal(2)], { default: 1 })),
    /** UTF-8 text. */
    payload: Type.Optional(Type.String({ maxLength: dryRunBounds.payloadCharactersMax, default: '' })),
    /** What the publisher set itself (v5). */
    properties: Type.Optional(
      Type.Object(
        {
          responseTopic: Type.Optional(Text),
          /** UTF-8 text. */
          correlationData: Type.Optional(Text),
          messageExpiryInterval: Type.Optional(Type.Integer({ minimum: 0, maximum: 4_294_967_295 })),
          userProperties: Type.Optional(Type.Array(UserProperty, { maxItems: 1_000 }))
        },
        strict
      )
    )
  },
  strict
)
export type SampleMessage = Static<typeof SampleMessage>

/** A rule that is not saved. With the `id` of a saved rule it stands in its place, else it comes on top. */
export const DraftRule = Type.Object(
  { ...EnhancementRuleCreate.properties, id: Type.Optional(Type.String()) },
  strict
)
export type DraftRule = Static<typeof DraftRule>

/** `POST /instances/{id}/enhancement-rules/dry-run`: nothing is published and nothing saved. */
export const DryRun = Type.Object(
  {
    message: SampleMessage,
    draftRules: Type.Optional(Type.Array(DraftRule, { maxItems: dryRunBounds.draftRulesMax }))
  },
  strict
)
export type DryRun = Static<typeof DryRun>

const Field = Type.Union([
  Type.Literal('responseTopic'),
  Type.Literal('correlationData'),
  Type.Literal('messageExpiryInterval'),
  Type.Literal('userProperties')
])

/** What became of one field of a rule; `index` is that of a user property within the rule. */
export const DryRunField = Type.Object({
  field: Field,
  index: Type.Optional(Type.Integer()),
  outcome: Type.Union([Type.Literal('applied'), Type.Literal('skipped')]),
  /** Of an applied one: the publisher's own property gave way. */
  replacedPublisher: Type.Optional(Type.Boolean()),
  /** Of a skipped one: `missing_value`, `empty_value`, `over_limit`, `unsafe_value`, `kept_by_publisher`, `overridden_by_rule`, ... */
  reason: Type.Optional(Type.String()),
  /** The variable to blame, as written in the rule. */
  variable: Type.Optional(Type.String())
})
export type DryRunField = Static<typeof DryRunField>

/** Who set a property: the publisher (`ruleId: null`), or a rule. */
const Setter = Type.Object({ ruleId: Type.Union([Type.String(), Type.Null()]) })

/** What the rules make of the message: all rules in the order in which they apply, and the properties that come out. */
export const DryRunAnswer = Type.Object({
  /**
   * Why a draft could not be saved as it stands, by JSON Pointers such as `/draftRules/0/actions/responseTopic`; such a draft is
   * left out of the run, and the saved rule that it would replace stays. Empty when all could be saved.
   */
  draftErrors: Type.Array(Type.Object({ path: Type.String(), message: Type.String() })),
  rules: Type.Array(
    Type.Object({
      /** A draft without an id is `draft-<n>`, n from 1. */
      ruleId: Type.String(),
      name: Name,
      status: Type.Union([Type.Literal('active'), Type.Literal('inactive')]),
      draft: Type.Boolean(),
      matched: Type.Boolean(),
      mismatches: Type.Array(
        Type.Union([Type.Literal('clientId'), Type.Literal('username'), Type.Literal('topic')])
      ),
      fields: Type.Array(DryRunField)
    })
  ),
  properties: Type.Object({
    responseTopic: Type.Optional(Type.String()),
    /** Only when the bytes are valid UTF-8. */
    correlationData: Type.Optional(Type.String()),
    correlationDataBase64: Type.Optional(Type.String()),
    messageExpiryInterval: Type.Optional(Type.Integer()),
    userProperties: Type.Array(UserProperty)
  }),
  setBy: Type.Object({
    responseTopic: Type.Optional(Setter),
    correlationData: Type.Optional(Setter),
    messageExpiryInterval: Type.Optional(Setter),
    /** Runs parallel to `properties.userProperties`. */
    userProperties: Type.Array(Setter)
  })
})
export type DryRunAnswer = Static<typeof DryRunAnswer>

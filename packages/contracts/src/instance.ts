import { type Static, Type } from 'typebox'
import { Rollout } from './rollout.js'

/** `mqtt-` and 8 of [a-z0-9]: the name of one isolated MQTT service. */
export const instanceIdPattern = '^mqtt-[a-z0-9]{8}$'

export const ProtocolVersion = Type.Union([Type.Literal('3.1'), Type.Literal('3.1.1'), Type.Literal('5.0')])
export type ProtocolVersion = Static<typeof ProtocolVersion>

const strict = { additionalProperties: false } as const

/** Bounds that are checked in one place and shown in more than one. */
export const bounds = {
  name: { minCharacters: 3, maxCharacters: 64 },
  remark: { maxCharacters: 128 }
} as const

export const Name = Type.String({
  minLength: bounds.name.minCharacters,
  maxLength: bounds.name.maxCharacters,
  pattern: '^[A-Za-z0-9_-]+$',
  description: '3 to 64 letters, digits, `-` or `_`'
})
export const Remark = Type.String({ maxLength: bounds.remark.maxCharacters })

export const Authentication = Type.Object({ anonymous: Type.Boolean({ default: false }) }, strict)
export const Authorization = Type.Object({ enabled: Type.Boolean({ default: false }) }, strict)

/** How replies that could not be published are tried again: the delay doubles from `firstDelayMs` to `maxDelayMs`. */
export const Retry = Type.Object(
  {
    attempts: Type.Integer({ minimum: 1, maximum: 100, default: 12 }),
    firstDelayMs: Type.Integer({ minimum: 10, maximum: 3_600_000, default: 250 }),
    maxDelayMs: Type.Integer({ minimum: 10, maximum: 3_600_000, default: 120_000 }),
    maxAgeMs: Type.Integer({ minimum: 1_000, maximum: 604_800_000, default: 900_000 })
  },
  strict
)

export const AutoReply = Type.Object(
  {
    enabled: Type.Boolean({ default: true }),
    protocolVersions: Type.Array(ProtocolVersion, {
      uniqueItems: true,
      maxItems: 3,
      default: ['3.1', '3.1.1']
    }),
    checkRights: Type.Boolean({ default: true }),
    retained: Type.Boolean({ default: false }),
    noResponder: Type.Boolean({ default: false }),
    timeoutMs: Type.Union([Type.Integer({ minimum: 1, maximum: 86_400_000 }), Type.Null()], {
      default: null
    }),
    maxReplies: Type.Integer({ minimum: 1, maximum: 100_000, default: 1000 }),
    retry: Retry
  },
  strict
)

/** Limits of one instance; each name carries its unit. 0 seconds of `keepAliveMaxS` means no limit. */
export const Limits = Type.Object(
  {
    packetBytesMax: Type.Integer({ minimum: 1_024, maximum: 268_435_455, default: 1_048_576 }),
    maxInflight: Type.Integer({ minimum: 1, maximum: 65_535, default: 32 }),
    receiveMaximum: Type.Integer({ minimum: 1, maximum: 65_535, default: 256 }),
    topicAliasMaximum: Type.Integer({ minimum: 0, maximum: 65_535, default: 16 }),
    keepAliveMaxS: Type.Integer({ minimum: 0, maximum: 65_535, default: 0 }),
    sessionExpiryMaxS: Type.Integer({ minimum: 0, maximum: 4_294_967_295, default: 604_800 }),
    queuedMessagesMax: Type.Integer({ minimum: 0, maximum: 1_000_000, default: 1000 }),
    queuedBytesMax: Type.Integer({ minimum: 0, maximum: 1_073_741_824, default: 8_388_608 }),
    topicLevelsMax: Type.Integer({ minimum: 1, maximum: 100, default: 32 }),
    userPropertiesMax: Type.Integer({ minimum: 0, maximum: 1_000, default: 64 }),
    connectionsMax: Type.Integer({ minimum: 0, maximum: 1_000_000, default: 10_000 }),
    rulesMax: Type.Integer({ minimum: 0, maximum: 1_000, default: 100 })
  },
  strict
)

/** Where persistent sessions and retained messages live: `redis` survives a restart of the node, `memory` does not. */
export const Sessions = Type.Union([Type.Literal('redis'), Type.Literal('memory')], { default: 'redis' })

/** Everything of an instance that a customer sets and a node obeys. */
export const InstanceSettings = Type.Object(
  {
    authentication: Authentication,
    authorization: Authorization,
    autoReply: AutoReply,
    limits: Limits,
    sessions: Sessions
  },
  strict
)
export type InstanceSettings = Static<typeof InstanceSettings>

export const InstanceStatus = Type.Union([
  Type.Literal('running'),
  Type.Literal('suspended'),
  Type.Literal('deleting')
])
export type InstanceStatus = Static<typeof InstanceStatus>

const partialSettings = {
  authentication: Type.Optional(Type.Partial(Authentication, strict)),
  authorization: Type.Optional(Type.Partial(Authorization, strict)),
  autoReply: Type.Optional(
    Type.Object(
      {
        ...Type.Partial(Type.Omit(AutoReply, ['retry'])).properties,
        retry: Type.Optional(Type.Partial(Retry, strict))
      },
      strict
    )
  ),
  limits: Type.Optional(Type.Partial(Limits, strict)),
  sessions: Type.Optional(Sessions)
}
const settableStatus = Type.Union([Type.Literal('running'), Type.Literal('suspended')])

/** `POST /instances`: `{"name"}` is enough. */
export const InstanceCreate = Type.Object(
  { name: Name, remark: Type.Optional(Remark), status: Type.Optional(settableStatus), ...partialSettings },
  strict
)
export type InstanceCreate = Static<typeof InstanceCreate>

/** `PATCH /instances/{id}`: merged into what stands, at every depth. */
export const InstancePatch = Type.Object(
  {
    name: Type.Optional(Name),
    remark: Type.Optional(Remark),
    status: Type.Optional(settableStatus),
    ...partialSettings
  },
  strict
)
export type InstancePatch = Static<typeof InstancePatch>

export const Endpoints = Type.Object({ mqtt: Type.String(), ws: Type.String(), http: Type.String() })

/** An instance as the API answers it. */
export const Instance = Type.Object({
  id: Type.String({ pattern: instanceIdPattern }),
  name: Name,
  remark: Remark,
  status: InstanceStatus,
  ...InstanceSettings.properties,
  endpoints: Endpoints,
  revision: Type.Integer(),
  rollout: Rollout,
  createdAt: Type.String({ format: 'date-time' }),
  updatedAt: Type.String({ format: 'date-time' })
})
export type Instance = Static<typeof Instance>

/** The settings of an instance that was created with nothing but a name. A new copy on each call. */
export function defaultInstanceSettings(): InstanceSettings {
  return {
    authentication: defaultsOf(Authentication) as InstanceSettings['authentication'],
    authorization: defaultsOf(Authorization) as InstanceSettings['authorization'],
    autoReply: {
      ...(defaultsOf(AutoReply) as InstanceSettings['autoReply']),
      retry: defaultsOf(Retry) as InstanceSettings['autoReply']['retry']
    },
    limits: defaultsOf(Limits) as InstanceSettings['limits'],
    sessions: 'redis'
  }
}

function defaultsOf(schema: { properties: Record<string, object> }): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  for (const [name, property] of Object.entries(schema.properties)) {
    if ('default' in property) values[name] = structuredClone(property.default)
  }
  return values
}

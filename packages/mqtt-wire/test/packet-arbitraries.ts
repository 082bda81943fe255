import fc, { type Arbitrary } from 'fast-check'
import type {
  AckType,
  ConnectPacket,
  DisconnectProperties,
  Packet,
  ProtocolLevel,
  PublishPacket,
  Qos,
  Role,
  SubscribePacket
} from '../src/index.js'

/** Text without the characters that strings on the wire must not have. */
const printable = fc.string({ unit: 'grapheme', maxLength: 12 }).filter(isPlain)
const level = fc.constantFrom('a', 'b1', 'ü', '', '€x', '__proto__')
const topic = fc.array(level, { minLength: 1, maxLength: 5 }).map((levels) => `t${levels.join('/')}`)
const filter = fc
  .tuple(fc.constantFrom('', '$share/g/'), fc.array(fc.oneof(level, fc.constant('+'))), fc.boolean())
  .map(([share, levels, open]) => `${share}${['x', ...levels, ...(open ? ['#'] : [])].join('/')}`)
const binary = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array))
const payload = fc.uint8Array({ maxLength: 400 }).map((array) => Buffer.from(array))
const packetId = fc.integer({ min: 1, max: 0xffff })
const uint16 = fc.integer({ min: 0, max: 0xffff })
const positive16 = fc.integer({ min: 1, max: 0xffff })
const uint32 = fc.integer({ min: 0, max: 0xffff_ffff })
const positive32 = fc.integer({ min: 1, max: 0xffff_ffff })
const identifier = fc.integer({ min: 1, max: 268_435_455 })
const flag = fc.constantFrom(0 as const, 1 as const)
const qos = fc.constantFrom<Qos>(0, 1, 2)
const userProperties = fc.array(fc.record({ key: printable, value: printable }), {
  minLength: 1,
  maxLength: 4
})
const reason = { reasonString: printable, userProperties }

function isPlain(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones to leave out
  return !/[\u0000-\u001f\u007f-\u009f\ufdd0-\ufdef\p{Cs}\p{Noncharacter_Code_Point}]/u.test(text)
}

/** Some of the fields, or no properties at all: an empty list is read as undefined. */
function some<T extends object>(
  fields: { [K in keyof T]: Arbitrary<T[K]> }
): Arbitrary<Partial<T> | undefined> {
  return fc
    .record(fields, { requiredKeys: [] })
    .map((record) => (Object.keys(record).length === 0 ? undefined : (record as Partial<T>)))
}

/** Properties exist at 5.0 only. */
function at5<T>(version: ProtocolLevel, arbitrary: Arbitrary<T>): Arbitrary<T | undefined> {
  return version === 5 ? arbitrary : fc.constant(undefined)
}

const message = {
  payloadFormatIndicator: flag,
  messageExpiryInterval: uint32,
  responseTopic: topic,
  correlationData: binary,
  userProperties,
  contentType: printable
}

function publish(version: ProtocolLevel, role: Role): Arbitrary<PublishPacket> {
  const list = {
    ...message,
    topicAlias: positive16,
    ...(role === 'client'
      ? { subscriptionIdentifiers: fc.array(identifier, { minLength: 1, maxLength: 3 }) }
      : {})
  }
  return fc
    .record({
      topic,
      payload,
      qos,
      retain: fc.boolean(),
      dup: fc.boolean(),
      packetId,
      properties: at5(version, some(list))
    })
    .map(
      (fields): PublishPacket => ({
        type: 'publish',
        ...fields,
        dup: fields.dup && fields.qos > 0,
        packetId: fields.qos === 0 ? 0 : fields.packetId
      })
    )
}

function ack(version: ProtocolLevel): Arbitrary<Packet> {
  return fc.constantFrom<AckType>('puback', 'pubrec', 'pubrel', 'pubcomp').chain((type) => {
    const reasons = type === 'puback' || type === 'pubrec' ? [0, 0x10, 0x80, 0x87, 0x97] : [0, 0x92]
    const reasonCode = version === 5 ? fc.constantFrom(...reasons) : fc.constant(0)
    return fc.record({
      type: fc.constant(type),
      packetId,
      reasonCode,
      properties: at5(version, some(reason))
    })
  })
}

function connect(version: ProtocolLevel): Arbitrary<ConnectPacket> {
  const properties = some({
    sessionExpiryInterval: uint32,
    receiveMaximum: positive16,
    maximumPacketSize: positive32,
    topicAliasMaximum: uint16,
    requestResponseInformation: flag,
    requestProblemInformation: flag,
    userProperties,
    authenticationMethod: printable
  })
  const will = fc.record({
    topic,
    payload: binary,
    qos,
    retain: fc.boolean(),
    properties: at5(version, some({ ...message, willDelayInterval: uint32 }))
  })
  return fc
    .record({
      cleanStart: fc.boolean(),
      keepAliveS: uint16,
      clientId: printable,
      username: fc.option(printable, { nil: undefined }),
      password: fc.option(binary, { nil: undefined }),
      will: fc.option(will, { nil: undefined }),
      properties: at5(version, properties)
    })
    .map((fields) => ({
      type: 'connect',
      protocolLevel: version,
      ...fields,
      password: version < 5 && fields.username === undefined ? undefined : fields.password
    }))
}

function subscribe(version: ProtocolLevel): Arbitrary<SubscribePacket> {
  const v5 = version === 5
  const subscription = fc
    .record({
      topicFilter: filter,
      qos,
      noLocal: v5 ? fc.boolean() : fc.constant(false),
      retainAsPublished: v5 ? fc.boolean() : fc.constant(false),
      retainHandling: v5 ? fc.constantFrom(0 as const, 1 as const, 2 as const) : fc.constant(0 as const)
    })
    .map((fields) => ({ ...fields, noLocal: fields.noLocal && !fields.topicFilter.startsWith('$share/') }))
  return fc.record({
    type: fc.constant('subscribe' as const),
    packetId,
    subscriptions: fc.array(subscription, { minLength: 1, maxLength: 4 }),
    subscriptionIdentifier: at5(version, fc.option(identifier, { nil: undefined })),
    userProperties: at5(version, fc.option(userProperties, { nil: undefined }))
  })
}

function disconnect(version: ProtocolLevel, role: Role): Arbitrary<Packet> {
  if (version < 5) return fc.constant({ type: 'disconnect', reasonCode: 0 })
  const properties: Arbitrary<DisconnectProperties | undefined> =
    role === 'server'
      ? some({ ...reason, sessionExpiryInterval: uint32 })
      : some({ ...reason, serverReference: printable })
  const reasonCode: Arbitrary<number> = fc.constantFrom(
    ...(role === 'server' ? [0, 4, 0x81] : [0, 0x81, 0x8e])
  )
  return fc.record({ type: fc.constant('disconnect' as const), reasonCode, properties })
}

function auth(role: Role): Arbitrary<Packet> {
  return fc
    .record({ authenticationMethod: printable, properties: some({ ...reason, authenticationData: binary }) })
    .map(({ authenticationMethod, properties }) => ({
      type: 'auth',
      reasonCode: role === 'server' ? 0x19 : 0x18,
      properties: { ...properties, authenticationMethod }
    }))
}

function fromClient(version: ProtocolLevel): Arbitrary<Packet>[] {
  const unsubscribe = fc.record({
    type: fc.constant('unsubscribe' as const),
    packetId,
    topicFilters: fc.array(filter, { minLength: 1, maxLength: 4 }),
    userProperties: at5(version, fc.option(userProperties, { nil: undefined }))
  })
  return [subscribe(version), unsubscribe, fc.constant({ type: 'pingreq' })]
}

function fromServer(version: ProtocolLevel): Arbitrary<Packet>[] {
  const v5 = version === 5
  const connack = fc
    .record({
      sessionPresent: fc.boolean(),
      reasonCode: v5 ? fc.constantFrom(0, 0x84, 0x87) : fc.constantFrom(0, 1, 5),
      properties: at5(
        version,
        some({
          ...reason,
          sessionExpiryInterval: uint32,
          receiveMaximum: positive16,
          maximumQos: flag,
          retainAvailable: flag,
          maximumPacketSize: positive32,
          assignedClientIdentifier: printable,
          topicAliasMaximum: uint16,
          wildcardSubscriptionAvailable: flag,
          subscriptionIdentifiersAvailable: flag,
          sharedSubscriptionAvailable: flag,
          serverKeepAlive: uint16,
          responseInformation: printable,
          serverReference: printable,
          authenticationMethod: printable,
          authenticationData: binary
        })
      )
    })
    .map(
      (fields): Packet => ({
        type: 'connack',
        ...fields,
        sessionPresent: fields.sessionPresent && fields.reasonCode === 0
      })
    )
  const codes = (...values: number[]): Arbitrary<number[]> =>
    fc.array(fc.constantFrom(...values), { minLength: 1, maxLength: 4 })
  const suback = fc.record({
    type: fc.constant('suback' as const),
    packetId,
    reasonCodes: v5 ? codes(0, 1, 2, 0x87, 0x97) : codes(0, 1, 2, 0x80),
    properties: at5(version, some(reason))
  })
  const unsuback = fc.record({
    type: fc.constant('unsuback' as const),
    packetId,
    reasonCodes: v5 ? codes(0, 0x11, 0x87) : fc.constant<number[]>([]),
    properties: at5(version, some(reason))
  })
  return [connack, suback, unsuback, fc.constant({ type: 'pingresp' })]
}

/** Any valid packet that may follow CONNECT and that a decoder of this role accepts. */
export function anyPacket(version: ProtocolLevel, role: Role): Arbitrary<Packet> {
  const directed = role === 'server' ? fromClient(version) : fromServer(version)
  const authentication = version === 5 ? [auth(role)] : []
  return fc.oneof(
    publish(version, role),
    ack(version),
    disconnect(version, role),
    ...directed,
    ...authentication
  )
}

export { connect as anyConnect }

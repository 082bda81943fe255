import { type ProtocolLevel, reasonCodes } from '@parley/mqtt-wire'
import { eventually, type MqttProbe, type ProbeConnect } from '@parley/testkit'
import { describe, expect, it } from 'vitest'
import { undecidedMax } from '../src/listeners/admission.js'
import { subscriptionsWeightMax } from '../src/session/subscribe.js'
import { startInstance, type TestInstance } from './support/data-plane.js'
import { levels, refusedAs } from './support/versions.js'
import { connectOverWebSocket } from './support/web-socket.js'

/**
 * The limits of an instance, for each version. Tested elsewhere: what CONNACK names, `connectionsMax` of one transport
 * (connect.test.ts), windows and queues of 3.1.1 (window.test.ts), `topicLevelsMax` and `userPropertiesMax` of a PUBLISH
 * (refused-publish.test.ts), of a SUBSCRIBE (bad-input.test.ts) and of a will (will.test.ts). `rulesMax` is the API's.
 */

const keptS = 1_000
const dayMs = 86_400_000

/** A CONNECT to a session that outlives its connections. */
function kept(level: ProtocolLevel, sessionExpiryInterval = keptS): ProbeConnect {
  const properties = level === 5 ? { properties: { sessionExpiryInterval } } : {}
  return { level, clientId: 'me', cleanStart: false, ...properties }
}

function told(level: ProtocolLevel, reasonCode: number): number | null {
  return level === 5 ? reasonCode : null
}

/** A PUBLISH at QoS 0 that is so many bytes long on the wire. */
function publishOf(client: MqttProbe, bytes: number): void {
  const properties = client.level === 5 ? 1 : 0
  const headerAndTopic = 3 + 3 + properties
  client.sendPublish('a', Buffer.alloc(bytes - headerAndTopic, 'x'))
}

describe('packetBytesMax', () => {
  const limits = { packetBytesMax: 2_000 }

  it.each(levels)('is the size of a packet of level %i that is still taken', async (level) => {
    const client = await (await startInstance({ limits })).connect({ level })
    await client.subscribe('a')
    publishOf(client, 2_000)
    await client.next('publish')
    publishOf(client, 2_001)
    expect(await client.closed).toBe(told(level, reasonCodes.packetTooLarge))
    expect(client.inbox.filter(({ type }) => type === 'publish')).toEqual([])
  })

  it.each(levels)('holds for a CONNECT of level %i: one byte more lets nobody in', async (level) => {
    const instance = await startInstance({ limits })
    const connectOf = async (bytes: number): Promise<MqttProbe> => {
      const client = await instance.open()
      const fixed = { 3: 2 + 8 + 4, 4: 2 + 6 + 4, 5: 2 + 6 + 4 + 1 }[level]
      const fixedHeader = 3
      client.sendConnect({ level, clientId: 'x'.repeat(bytes - fixedHeader - fixed) })
      return client
    }
    const largest = await connectOf(2_000)
    expect((await largest.next('connack')).reasonCode).toBe(0)
    const tooLarge = await connectOf(2_001)
    expect(await tooLarge.closed).toBeNull()
    expect(tooLarge.inbox).toEqual([])
    expect(instance.broker.connectedClients).toBe(1)
  })
})

describe('maxInflight', () => {
  it.each(levels)('bounds what is unacknowledged at a client of level %i', async (level) => {
    const instance = await startInstance({ limits: { maxInflight: 2 } })
    const subscriber = await instance.connect({ level })
    await subscriber.subscribe('a', 2)
    const publisher = await instance.connect()
    for (const qos of [1, 2, 1, 2] as const) await publisher.publish('a', 'x', { qos })
    const underWay = [await subscriber.next('publish'), await subscriber.next('publish')]
    for (let more = 0; more < 2; more++) {
      await subscriber.expectNothing()
      await subscriber.acknowledge(underWay.shift()!)
      underWay.push(await subscriber.next('publish'))
    }
    await subscriber.expectNothing()
  })
})

describe('receiveMaximum', () => {
  it('of 65,535, the default of 5.0, is what a client understands', async () => {
    const client = await (await startInstance({ limits: { receiveMaximum: 65_535 } })).connect({ level: 5 })
    expect(client.connack.properties?.receiveMaximum ?? 65_535).toBe(65_535)
  })

  it('of 1 does not count what 5.0 publishes at QoS 0', async () => {
    const client = await (await startInstance({ limits: { receiveMaximum: 1 } })).connect({ level: 5 })
    client.sendPublish('a', 'unreleased', { qos: 2 })
    await client.next('pubrec')
    client.sendPublish('a', 'x')
    await client.expectNothing()
  })

  it('does not count what 5.0 left unreleased over an earlier connection', async () => {
    const instance = await startInstance({ limits: { receiveMaximum: 2 } })
    const before = await instance.connect(kept(5))
    for (const packetId of [1, 2]) before.sendPublish('a', 'x', { qos: 2, packetId })
    for (const _ of [1, 2]) await before.next('pubrec')
    await before.destroy()
    const client = await instance.connect(kept(5))
    expect(client.connack.sessionPresent).toBe(true)
    for (const packetId of [3, 4]) {
      client.sendPublish('a', 'x', { qos: 2, packetId })
      expect((await client.next('pubrec')).packetId).toBe(packetId)
    }
    await client.release(1)
    client.sendPublish('a', 'x', { qos: 2, packetId: 5 })
    expect(await client.closed).toBe(reasonCodes.receiveMaximumExceeded)
  })

  it('and topicAliasMaximum hold as CONNACK of 5.0 named them, also when they change meanwhile', async () => {
    const instance = await startInstance({ limits: { receiveMaximum: 3, topicAliasMaximum: 3 } })
    const client = await instance.connect({ level: 5 })
    await instance.change({ limits: { receiveMaximum: 1, topicAliasMaximum: 1 } })
    for (const topicAlias of [1, 2, 3]) {
      client.sendPublish('a', 'x', { qos: 2, properties: { topicAlias } })
      await client.next('pubrec')
    }
    await instance.change({ limits: { receiveMaximum: 9, topicAliasMaximum: 9 } })
    client.sendPublish('a', 'x', { qos: 2 })
    expect(await client.closed).toBe(reasonCodes.receiveMaximumExceeded)
    await instance.change({ limits: { topicAliasMaximum: 3 } })
    const other = await instance.connect({ level: 5 })
    await instance.change({ limits: { topicAliasMaximum: 9 } })
    other.sendPublish('a', 'x', { properties: { topicAlias: 4 } })
    expect(await other.closed).toBe(reasonCodes.topicAliasInvalid)
  })

  it('does not bound 3.1.1: its packet ids do', async () => {
    const instance = await startInstance({ limits: { receiveMaximum: 1 } })
    const client = await instance.connect({ level: 4 })
    const ids = Array.from({ length: 65_535 }, (_, at) => at + 1)
    client.send(...ids.map((packetId) => client.publishPacket('a', 'x', { qos: 2, packetId })))
    for (const packetId of ids) expect((await client.next('pubrec')).packetId).toBe(packetId)
    client.send(client.publishPacket('a', 'x', { qos: 2, packetId: 1, dup: true }))
    expect((await client.next('pubrec')).packetId).toBe(1)
    for (const packetId of [1, 65_535]) await client.release(packetId)
    await client.expectNothing()
  })
})

describe('topicAliasMaximum', () => {
  it('of 0, the default of 5.0, takes no alias', async () => {
    const client = await (await startInstance({ limits: { topicAliasMaximum: 0 } })).connect({ level: 5 })
    expect(client.connack.properties?.topicAliasMaximum ?? 0).toBe(0)
    client.sendPublish('a', 'x', { properties: { topicAlias: 1 } })
    expect(await client.closed).toBe(reasonCodes.topicAliasInvalid)
  })

  it('of 0 gives no alias to a client that would take some', async () => {
    const instance = await startInstance({ limits: { topicAliasMaximum: 0 } })
    const client = await instance.connect({ level: 5, properties: { topicAliasMaximum: 10 } })
    await client.subscribe('a')
    for (let time = 0; time < 2; time++) {
      await client.publish('a', 'x')
      const { topic, properties } = await client.next('publish')
      expect([topic, properties?.topicAlias]).toEqual(['a', undefined])
    }
  })

  it.each([3, 4] as const)('is nothing to level %i, which names every topic', async (level) => {
    const instance = await startInstance({ limits: { topicAliasMaximum: 10 } })
    const client = await instance.connect({ level })
    await client.subscribe('a')
    const publisher = await instance.connect({ level: 5 })
    const properties = { topicAlias: 1 }
    await publisher.publish('a', 'x', { properties })
    await publisher.publish('', 'y', { properties })
    for (const payload of ['x', 'y']) {
      expect(await client.next('publish')).toMatchObject({ topic: 'a', payload: Buffer.from(payload) })
    }
  })
})

describe('keepAliveMaxS', () => {
  const limits = { keepAliveMaxS: 30 }
  const asked = levels.flatMap((level) => [
    { level, keepAliveS: 0, holdsS: 30 },
    { level, keepAliveS: 100, holdsS: 30 },
    { level, keepAliveS: 10, holdsS: 10 }
  ])
  it.each(asked)(
    'closes level $level, which asked for $keepAliveS, after 1.5 times $holdsS',
    async (options) => {
      const { level, keepAliveS, holdsS } = options
      const instance = await startInstance({ limits })
      const client = await instance.connect({ level, keepAliveS })
      const announced = client.connack.properties?.serverKeepAlive
      expect(announced).toBe(level === 5 && holdsS !== keepAliveS ? holdsS : undefined)
      instance.sweepIn(holdsS * 1_500 - 500)
      await client.ping()
      instance.sweepIn(holdsS * 1_500 + 500)
      expect(await client.closed).toBe(told(level, reasonCodes.keepAliveTimeout))
      expect(instance.drops('keep_alive_timeout')).toBe(1)
    }
  )

  it.each(levels)('of 0 leaves level %i as long as it likes', async (level) => {
    const instance = await startInstance({ limits: { keepAliveMaxS: 0 } })
    const client = await instance.connect({ level, keepAliveS: 0 })
    expect(client.connack.properties?.serverKeepAlive).toBeUndefined()
    instance.sweepIn(dayMs)
    await client.ping()
  })
})

/** Whether the session of `me` still takes what is published to it. */
async function isThere(instance: TestInstance): Promise<boolean> {
  const publisher = await instance.connect({ level: 5 })
  const reasonCode = await publisher.publish('a', 'x', { qos: 1 })
  await publisher.disconnect()
  return reasonCode !== reasonCodes.noMatchingSubscribers
}

describe('sessionExpiryMaxS', () => {
  it.each(levels)('ends the session of an absent client of level %i', async (level) => {
    const instance = await startInstance({ limits: { sessionExpiryMaxS: 60 } })
    const client = await instance.connect(kept(level))
    expect(client.connack.properties?.sessionExpiryInterval).toBe(level === 5 ? 60 : undefined)
    await client.subscribe('a', 1)
    await client.disconnect()
    instance.sweepIn(59_000)
    expect(await isThere(instance)).toBe(true)
    instance.sweepIn(61_000)
    await eventually(() => expect(instance.drops('session_expired')).toBe(1))
    expect(await isThere(instance)).toBe(false)
    expect((await instance.connect(kept(level))).connack.sessionPresent).toBe(false)
  })

  it.each(levels)('of 0 keeps no session of level %i', async (level) => {
    const instance = await startInstance({ limits: { sessionExpiryMaxS: 0 } })
    const client = await instance.connect(kept(level))
    expect(client.connack.properties?.sessionExpiryInterval).toBe(level === 5 ? 0 : undefined)
    await client.subscribe('a', 1)
    await client.disconnect()
    expect(await isThere(instance)).toBe(false)
    const again = await instance.connect(kept(level))
    expect(again.connack.sessionPresent).toBe(false)
    await again.expectNothing()
  })

  it('is not named to a client of 5.0 that asked for less, which gets that', async () => {
    const instance = await startInstance({ limits: { sessionExpiryMaxS: 60 } })
    const client = await instance.connect(kept(5, 10))
    expect(client.connack.properties).not.toHaveProperty('sessionExpiryInterval')
    await client.subscribe('a', 1)
    await client.disconnect()
    instance.sweepIn(11_000)
    await eventually(() => expect(instance.drops('session_expired')).toBe(1))
    expect(await isThere(instance)).toBe(false)
  })

  it('bounds what DISCONNECT of 5.0 asks for', async () => {
    const instance = await startInstance({ limits: { sessionExpiryMaxS: 60 } })
    const client = await instance.connect(kept(5, 10))
    await client.subscribe('a', 1)
    await client.disconnect(0, { sessionExpiryInterval: 0xffffffff })
    instance.sweepIn(59_000)
    expect(await isThere(instance)).toBe(true)
    instance.sweepIn(61_000)
    await eventually(() => expect(instance.drops('session_expired')).toBe(1))
    expect(await isThere(instance)).toBe(false)
  })

  it('of 0 does not make a wrong of what DISCONNECT of 5.0 asks for, when CONNECT had asked for some', async () => {
    const instance = await startInstance({ limits: { sessionExpiryMaxS: 0 } })
    const client = await instance.connect(kept(5, 10))
    client.send({ type: 'disconnect', reasonCode: 0, properties: { sessionExpiryInterval: 10 } })
    expect(await client.closed).toBeNull()
    expect(instance.drops('protocol_violation')).toBe(0)
    expect(await isThere(instance)).toBe(false)
  })

  it('of 4,294,967,295 lets a session of 5.0 live for ever', async () => {
    const instance = await startInstance({ limits: { sessionExpiryMaxS: 0xffffffff } })
    const client = await instance.connect(kept(5, 0xffffffff))
    expect(client.connack.properties).not.toHaveProperty('sessionExpiryInterval')
    await client.subscribe('a', 1)
    await client.disconnect()
    instance.sweepIn(200 * 365 * dayMs)
    expect(await isThere(instance)).toBe(true)
  })
})

const queues = [
  { limit: 'queuedMessagesMax', limits: { queuedMessagesMax: 2 }, bytes: 1 },
  { limit: 'queuedBytesMax', limits: { queuedBytesMax: 2_500 }, bytes: 1_000 }
].flatMap((each) => levels.map((level) => ({ ...each, level })))

describe.each(queues)('$limit', ({ level, limits, bytes }) => {
  it(`bounds what waits for an absent client of level ${level}; the rest is dropped, and said to nobody`, async () => {
    const instance = await startInstance({ limits })
    const away = await instance.connect(kept(level))
    await away.subscribe('a', 2)
    await away.disconnect()
    const publisher = await instance.connect({ level })
    for (const [at, qos] of ([1, 2, 1, 2] as const).entries()) {
      expect(await publisher.publish('a', `${at}`.repeat(bytes), { qos })).toBe(0)
    }
    expect(instance.drops('queue_full')).toBe(2)
    const back = await instance.connect(kept(level))
    for (const first of ['0', '1']) expect((await back.receive()).payload.toString()[0]).toBe(first)
    await back.expectNothing()
    await publisher.publish('a', 'room again', { qos: 1 })
    expect((await back.receive()).payload.toString()).toBe('room again')
  })

  it(`bounds what waits for the window of a client of level ${level}`, async () => {
    const instance = await startInstance({ limits: { ...limits, maxInflight: 1 } })
    const busy = await instance.connect({ level })
    const quick = await instance.connect({ level, autoAck: true })
    for (const client of [busy, quick]) await client.subscribe('a', 1)
    const publisher = await instance.connect()
    for (let number = 0; number < 5; number++) {
      await publisher.publish('a', `${number}`.repeat(bytes), { qos: 1 })
      await quick.receive()
    }
    expect(instance.drops('queue_full')).toBe(2)
    for (const first of ['0', '1', '2']) expect((await busy.receive()).payload.toString()[0]).toBe(first)
    await busy.expectNothing()
  })
})

describe('topicLevelsMax', () => {
  it.each(levels)('is the number of levels that level %i may still use', async (level) => {
    const instance = await startInstance({ limits: { topicLevelsMax: 3 } })
    const client = await instance.connect({ level, will: { topic: 'a/b/c' } })
    expect((await client.subscribe(['a/b/c', '+/+/#', '//'], 1)).reasonCodes).toEqual([1, 1, 1])
    await client.publish('a/b/c', 'x', { qos: 1 })
    expect((await client.receive()).topic).toBe('a/b/c')
    await client.publish('//', 'x', { qos: 1 })
    expect((await client.receive()).topic).toBe('//')
    await client.expectNothing()
  })

  it('does not count the share name of a filter', async () => {
    const instance = await startInstance({ limits: { topicLevelsMax: 2 } })
    const client = await instance.connect({ level: 5 })
    const { reasonCodes: codes } = await client.subscribe(['$share/group/a/b', '$share/group/a/b/c'], 1)
    expect(codes).toEqual([1, reasonCodes.topicFilterInvalid])
  })
})

describe('userPropertiesMax', () => {
  it('of 0 takes a message of 5.0 without any, and no other', async () => {
    const client = await (await startInstance({ limits: { userPropertiesMax: 0 } })).connect({ level: 5 })
    await client.subscribe('a', 1)
    await client.publish('a', 'fits', { qos: 1 })
    expect((await client.receive()).payload.toString()).toBe('fits')
    const userProperties = [{ key: 'k', value: 'v' }]
    const reasonCode = await client.publish('a', 'x', { qos: 2, properties: { userProperties } })
    expect(reasonCode).toBe(reasonCodes.quotaExceeded)
    await client.expectNothing()
  })

  it.each([3, 4] as const)('is nothing to level %i, which has none', async (level) => {
    const client = await (await startInstance({ limits: { userPropertiesMax: 0 } })).connect({ level })
    await client.subscribe('a', 1)
    await client.publish('a', 'x', { qos: 1 })
    await client.receive()
  })
})

describe('connectionsMax', () => {
  it.each(levels)('does not keep level %i from taking over its own connection', async (level) => {
    const instance = await startInstance({ limits: { connectionsMax: 2 } })
    const other = await instance.connect({ level })
    const older = await instance.connect(kept(level))
    const newer = await instance.connect(kept(level))
    expect(await older.closed).toBe(told(level, reasonCodes.sessionTakenOver))
    for (const client of [other, newer]) await client.expectNothing()
  })

  it.each(levels)(
    'is not exceeded by clients of level %i whose sessions are opened at once',
    async (level) => {
      const instance = await startInstance({ limits: { connectionsMax: 2 } })
      await instance.connect({ level })
      const { store } = instance.broker
      const open = store.open.bind(store)
      const held: (() => void)[] = []
      Object.assign(store, {
        async open(...asked: Parameters<typeof store.open>) {
          await new Promise<void>((resolve) => held.push(resolve))
          return open(...asked)
        }
      })
      const clients = await Promise.all(Array.from({ length: 5 }, () => instance.open()))
      const answers = clients.map((client) => client.connect({ level }))
      const refused = await Promise.all(answers.slice(1))
      expect(refused.every(({ reasonCode }) => reasonCode !== 0)).toBe(true)
      expect(held).toHaveLength(1)
      held[0]!()
      expect((await answers[0]!).reasonCode).toBe(0)
      expect(instance.broker.connectedClients).toBe(2)
    }
  )

  it.each(levels)('counts level %i over TCP and over WebSocket', async (level) => {
    const instance = await startInstance({ limits: { connectionsMax: 1 } })
    const overWebSocket = await connectOverWebSocket(instance, { level })
    const overTcp = await instance.open()
    const serverUnavailable = 3
    expect((await overTcp.connect({ level })).reasonCode).toBe(
      level === 5 ? reasonCodes.quotaExceeded : serverUnavailable
    )
    await overTcp.closed
    await overWebSocket.expectNothing()
    await overWebSocket.disconnect()
    await (await instance.connect({ level })).disconnect()
  })

  it('bounds connections that say nothing as well, with room for those that are being let in', async () => {
    const instance = await startInstance({ limits: { connectionsMax: 1 } })
    const client = await instance.connect()
    const silent = await Promise.all(Array.from({ length: undecidedMax }, () => instance.open()))
    const oneMore = await instance.open()
    expect(await oneMore.closed).toBeNull()
    expect(silent.some(({ isClosed }) => isClosed)).toBe(false)
    await silent[0]!.destroy()
    await eventually(() => expect(instance.broker.connections.size).toBe(undecidedMax))
    const again = await instance.open()
    expect((await again.connect()).reasonCode).not.toBe(0)
    await client.expectNothing()
  })

  it.each(levels)('of 0 lets nobody of level %i in', async (level) => {
    const instance = await startInstance({ limits: { connectionsMax: 0 } })
    const client = await instance.open()
    expect((await client.connect({ level })).reasonCode).not.toBe(0)
    await client.closed
    expect(instance.drops('connection_refused')).toBe(1)
  })
})

describe('the filters of one session', () => {
  it.each(levels)('of level %i may weigh so much together, and no more', async (level) => {
    const instance = await startInstance()
    const client = await instance.connect({ level })
    const filterOf = (number: number): string => `${number}/`.padEnd(65_535, 'x')
    const most = Math.floor(subscriptionsWeightMax / 65_535)
    for (let number = 0; number < most; number++) {
      expect((await client.subscribe(filterOf(number), 1)).reasonCodes).toEqual([1])
    }
    const refused = refusedAs(level, reasonCodes.quotaExceeded, 1)
    const tooMany = [filterOf(most), filterOf(0), filterOf(most + 1)]
    expect((await client.subscribe(tooMany, 1)).reasonCodes).toEqual([refused, 1, refused])
    await client.unsubscribe(filterOf(1))
    expect((await client.subscribe(tooMany, 1)).reasonCodes).toEqual([1, 1, refused])
  })
})

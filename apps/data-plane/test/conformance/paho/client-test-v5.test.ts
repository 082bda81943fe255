import { type PublishProperties, reasonCodes } from '@parley/mqtt-wire'
import type { MqttProbe } from '@parley/testkit'
import { describe, expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { allQos } from '../../support/versions.js'
import { letPass } from '../support/clock.js'
import {
  commonScenarios,
  everyTwoLevels,
  kept,
  payloadsOf,
  publishThree,
  received,
  startServer,
  topics,
  userProperties
} from './common-scenarios.js'

const level = 5
const topic = topics[0]

/** A client that publishes at every QoS to itself, and what it got. */
async function publishToOneself(properties: PublishProperties) {
  const connect = await startServer()
  const client = await connect({ level })
  await client.subscribe(topic, 2)
  for (const qos of allQos) await client.publish(topic, '', { qos, properties })
  const packets = await received(client)
  expect(packets.map(({ qos }) => qos)).toEqual([0, 1, 2])
  return packets
}

// The scenarios of client_test5.py in Eclipse Paho's interoperability suite, under its names. Left out: subscribe failure, which
// asks that "test/nosubscribe" be refused; that is a matter of authorization policies.
describe("Paho's suite for 5.0", () => {
  commonScenarios(level)

  it('zero length client id: let in, under a client id of the server', async () => {
    const connect = await startServer()
    for (const cleanStart of [false, true]) {
      const client = await connect({ level, clientId: '', cleanStart })
      expect(client.connack.sessionPresent).toBe(false)
    }
  })

  it('assigned client id: told in the CONNACK, another one each time', async () => {
    const connect = await startServer()
    const assigned = async (): Promise<string | undefined> =>
      (await connect({ level, clientId: '' })).connack.properties?.assignedClientIdentifier
    const [one, other] = [await assigned(), await assigned()]
    expect(one).toMatch(/./)
    expect(other).toMatch(/./)
    expect(one).not.toBe(other)
  })

  it('session expiry: the session lasts as long as CONNECT, or DISCONNECT, said last', async () => {
    const instance = await startInstance()
    const connect = async (sessionExpiryInterval: number, cleanStart: boolean): Promise<MqttProbe> => {
      const properties = { sessionExpiryInterval }
      return instance.connect({ level, clientId: 'myclientid', cleanStart, properties })
    }
    const reconnected = async (sessionExpiryInterval: number): Promise<[boolean, MqttProbe]> => {
      const client = await connect(sessionExpiryInterval, false)
      return [client.connack.sessionPresent, client]
    }
    const subscribed = async (sessionExpiryInterval: number): Promise<MqttProbe> => {
      const client = await connect(sessionExpiryInterval, true)
      expect(client.connack.sessionPresent).toBe(false)
      await client.subscribe(topic, 2)
      return client
    }

    await (await subscribed(0)).disconnect()
    const [afterNone, none] = await reconnected(0)
    expect(afterNone).toBe(false)
    await none.disconnect()

    await (await subscribed(5)).disconnect()
    instance.sweepIn(2_000)
    const [before, early] = await reconnected(5)
    expect(before).toBe(true)
    await early.disconnect()
    instance.sweepIn(6_000)
    const [after, late] = await reconnected(5)
    expect(after).toBe(false)
    await late.disconnect()

    await (await subscribed(1)).disconnect(0, { sessionExpiryInterval: 5 })
    instance.sweepIn(3_000)
    const [prolonged, shortening] = await reconnected(1)
    expect(prolonged).toBe(true)
    await shortening.disconnect(0, { sessionExpiryInterval: 0 })
    const [shortened] = await reconnected(1)
    expect(shortened).toBe(false)
  })

  it('user properties: arrive as they were sent', async () => {
    for (const { properties } of await publishToOneself({ userProperties })) {
      expect(properties).toEqual({ userProperties })
    }
  })

  it('payload format: arrives with the content type', async () => {
    const described = { payloadFormatIndicator: 1, contentType: 'My name' } as const
    for (const { properties } of await publishToOneself(described)) expect(properties).toEqual(described)
  })

  it('publication expiry: expired messages are not delivered, others say how long they have left', async () => {
    const connect = await startServer()
    const away = await connect(kept(level, 'myclientid2'))
    await away.subscribe(topic, 2)
    await away.disconnect(0, { sessionExpiryInterval: 999_999_999 })
    const publisher = await connect({ level })
    for (const messageExpiryInterval of [1, 6]) {
      for (const qos of [1, 2] as const) {
        const payload = `${messageExpiryInterval} s, qos ${qos}`
        await publisher.publish(topic, payload, { qos, properties: { messageExpiryInterval } })
      }
    }
    letPass(3_000)
    const back = await connect(kept(level, 'myclientid2'))
    const packets = await received(back)
    expect(payloadsOf(packets)).toEqual(['6 s, qos 1', '6 s, qos 2'])
    for (const { properties } of packets) {
      expect(properties!.messageExpiryInterval).toBeGreaterThan(0)
      expect(properties!.messageExpiryInterval).toBeLessThan(6)
    }
  })

  it('subscribe options: No Local', async () => {
    const connect = await startServer()
    const me = await connect({ level })
    const other = await connect({ level })
    for (const client of [me, other]) await client.subscribe(topic, 2, { noLocal: true })
    await me.publish(topic, 'noLocal test', { qos: 1 })
    expect(payloadsOf(await received(other))).toEqual(['noLocal test'])
    expect(await received(me)).toEqual([])
  })

  it('subscribe options: Retain As Published', async () => {
    const connect = await startServer()
    const client = await connect({ level })
    await client.subscribe(topic, 2, { retainAsPublished: true })
    for (const retain of [false, true]) await client.publish(topic, `${retain}`, { qos: 1, retain })
    expect((await received(client)).map(({ retain }) => retain)).toEqual([false, true])
  })

  it.each([
    { retainHandling: 0, first: 3, again: 3 },
    { retainHandling: 1, first: 3, again: 0 },
    { retainHandling: 2, first: 0, again: 0 }
  ] as const)(
    'subscribe options: Retain Handling $retainHandling',
    async ({ retainHandling, first, again }) => {
      const connect = await startServer()
      const client = await connect({ level })
      await publishThree(client, (qos) => `qos ${qos}`, true)
      await client.subscribe(everyTwoLevels, 2, { retainHandling })
      const packets = await received(client)
      expect(packets.map(({ qos }) => qos)).toEqual([0, 1, 2].slice(0, first))
      await client.subscribe(everyTwoLevels, 2, { retainHandling })
      expect(await received(client)).toHaveLength(again)
    }
  )

  it('subscription identifiers: one message has all that match, and nobody else’s', async () => {
    const connect = await startServer()
    const one = await connect({ level })
    await one.subscribe(topic, 2, { identifier: 456_789 })
    const other = await connect({ level })
    await other.subscribe(topic, 2, { identifier: 2 })
    await other.subscribe(`${topic}/#`, 2, { identifier: 3 })
    await other.publish(topic, 'sub identifier test', { qos: 1 })
    const identifiers = async (client: MqttProbe): Promise<unknown[]> =>
      (await received(client)).map(({ properties }) => properties?.subscriptionIdentifiers?.sort())
    expect(await identifiers(one)).toEqual([[456_789]])
    expect(await identifiers(other)).toEqual([[2, 3]])
  })

  it('request response: the response finds its way with the properties of the request', async () => {
    const connect = await startServer()
    const requester = await connect({ level })
    const responder = await connect({ level })
    for (const client of [requester, responder]) await client.subscribe(topic, 2, { noLocal: true })
    const properties = { responseTopic: topic, correlationData: Buffer.from('334') }
    await requester.publish(topic, 'request', { qos: 1, properties })
    const [request, ...more] = await received(responder)
    expect(more).toEqual([])
    expect(request!.properties).toEqual(properties)
    await responder.publish(request!.properties!.responseTopic!, 'response', { qos: 1, properties })
    const responses = await received(requester)
    expect(payloadsOf(responses)).toEqual(['response'])
    expect(responses[0]!.properties).toEqual(properties)
  })

  it('client topic alias: 0 is not allowed', async () => {
    const connect = await startServer()
    const client = await connect({ level })
    client.sendPublish(topic, 'topic alias 0', { qos: 1, properties: { topicAlias: 0 } })
    // The suite takes any DISCONNECT: 0x94 is for an alias above the maximum (3.14.2.1).
    expect(await client.closed).toBe(reasonCodes.protocolError)
  })

  it('client topic alias: stands for its topic, as long as the connection', async () => {
    const connect = await startServer()
    const me = kept(level, 'myclientid')
    const client = await connect(me)
    expect(client.connack.properties?.topicAliasMaximum).toBeGreaterThan(0)
    await client.subscribe(topic, 2)
    const properties = { topicAlias: 1 }
    await client.publish(topic, 'topic alias 1', { qos: 1, properties })
    await client.publish('', 'topic alias 2', { qos: 1, properties })
    const packets = await received(client)
    expect(packets.map((packet) => [packet.topic, packet.payload.toString()])).toEqual([
      [topic, 'topic alias 1'],
      [topic, 'topic alias 2']
    ])
    await client.disconnect()
    const back = await connect(me)
    await back.publish(topic, 'topic alias 3', { qos: 1 })
    expect(payloadsOf(await received(back))).toEqual(['topic alias 3'])
    back.sendPublish('', 'topic alias 4', { qos: 1, properties })
    expect(await back.closed).toBe(reasonCodes.protocolError)
    expect(back.inbox.filter(({ type }) => type === 'publish')).toEqual([])
  })

  it.each([
    {
      maximum: 1,
      said: [
        [topic, 1],
        ['', 1],
        ['', 1]
      ]
    },
    {
      maximum: 0,
      said: [
        [topic, undefined],
        [topic, undefined],
        [topic, undefined]
      ]
    },
    {
      maximum: undefined,
      said: [
        [topic, undefined],
        [topic, undefined],
        [topic, undefined]
      ]
    }
  ])('server topic alias: with a Topic Alias Maximum of $maximum', async ({ maximum, said }) => {
    const connect = await startServer()
    const client = await connect({ level, properties: { topicAliasMaximum: maximum } })
    await client.subscribe(topic, 2)
    for (const qos of allQos) await client.publish(topic, 'topic alias 1', { qos })
    const packets = await received(client)
    expect(packets.map((packet) => [packet.topic, packet.properties?.topicAlias])).toEqual(said)
  })

  it('maximum packet size: of the server', async () => {
    const packetBytesMax = 1_024
    const instance = await startInstance({ limits: { packetBytesMax } })
    const client = await instance.connect({ level })
    expect(client.connack.properties?.maximumPacketSize).toBe(packetBytesMax)
    client.sendPublish(topic, '.'.repeat(packetBytesMax))
    expect(await client.closed).toBe(reasonCodes.packetTooLarge)
  })

  it('maximum packet size: of the client', async () => {
    const connect = await startServer()
    const maximumPacketSize = 64
    const client = await connect({ level, properties: { maximumPacketSize } })
    await client.subscribe(topic, 2)
    const small = '.'.repeat(maximumPacketSize / 2)
    await client.publish(topic, small)
    await client.publish(topic, '.'.repeat(maximumPacketSize), { qos: 1 })
    expect(payloadsOf(await received(client))).toEqual([small])
  })

  it('server keep alive: shorter than asked for', async () => {
    const instance = await startInstance({ limits: { keepAliveMaxS: 60 } })
    const client = await instance.connect({ level, keepAliveS: 120 })
    expect(client.connack.properties?.serverKeepAlive).toBe(60)
  })

  it('flow control 1: not more at once than the client can receive', async () => {
    const instance = await startInstance()
    const receiveMaximum = 2
    const client = await instance.connect({ level, properties: { receiveMaximum } })
    await client.subscribe(topic, 2)
    for (const number of [1, 2, 3]) await client.publish(topic, `message ${number}`, { qos: 1 })
    const first = await client.next('publish')
    const second = await client.next('publish')
    expect([first.qos, second.qos]).toEqual([1, 1])
    await client.expectNothing()
    await client.acknowledge(first)
    const third = await client.next('publish')
    expect(payloadsOf([first, second, third])).toEqual(['message 1', 'message 2', 'message 3'])
    for (const packet of [second, third]) await client.acknowledge(packet)
    await client.expectNothing()
  })

  it('flow control 2: who sends more than the server can receive is disconnected', async () => {
    const instance = await startInstance({ limits: { receiveMaximum: 10 } })
    const client = await instance.connect({ level })
    const { receiveMaximum } = client.connack.properties!
    expect(receiveMaximum).toBe(10)
    for (let number = 0; number < receiveMaximum!; number++) client.sendPublish(topic, 'x', { qos: 2 })
    await client.ping()
    client.sendPublish(topic, 'one too many', { qos: 2 })
    expect(await client.closed).toBe(reasonCodes.receiveMaximumExceeded)
  })

  it.each([
    { says: 'after its delay', willDelayInterval: 1, sessionExpiryInterval: 5, fromMs: 950 },
    {
      says: 'at once when there is no session to wait for',
      willDelayInterval: 5,
      sessionExpiryInterval: 0,
      fromMs: 0
    },
    {
      says: 'when the session ends before its delay',
      willDelayInterval: 5,
      sessionExpiryInterval: 1,
      fromMs: 950
    }
  ])('will delay: published $says', async ({ willDelayInterval, sessionExpiryInterval, fromMs }) => {
    const connect = await startServer()
    const will = { topic, payload: 'will message', properties: { willDelayInterval } }
    const dying = await connect({ level, properties: { sessionExpiryInterval }, will })
    const watching = await connect({ level })
    await watching.subscribe(topic, 2)
    await dying.destroy()
    const cutAt = performance.now()
    expect((await watching.receive()).payload.toString()).toBe('will message')
    const tookMs = performance.now() - cutAt
    expect(tookMs).toBeGreaterThanOrEqual(fromMs)
    expect(tookMs).toBeLessThan(fromMs + 2_000)
    expect(await received(watching)).toEqual([])
  })

  it('shared subscriptions: one of the members, beside its own subscription', async () => {
    const connect = await startServer()
    const members = [await connect({ level }), await connect({ level })]
    for (const member of members) await member.subscribe(['$share/sharename/x', topic], 2)
    const publisher = members[1]!
    await publisher.publish(topic, 'to all')
    await publisher.ping()
    for (const member of members) expect(payloadsOf(await received(member))).toEqual(['to all'])
    await publisher.publish('x', 'to one')
    await publisher.ping()
    const got = [...(await received(members[0]!)), ...(await received(members[1]!))]
    expect(payloadsOf(got)).toEqual(['to one'])
  })
})

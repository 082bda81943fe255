import type { PublishPacket, Qos } from '@parley/mqtt-wire'
import type { MqttProbe, ProbeConnect, ProbeOptions } from '@parley/testkit'
import { expect, it } from 'vitest'
import { startInstance, type TestInstance } from '../../support/data-plane.js'
import { allQos } from '../../support/versions.js'
import { connect as connectBytes } from '../support/wire.js'

export const topics = ['TopicA', 'TopicA/B', 'Topic/C', 'TopicA/C', '/TopicA'] as const
export const everyTwoLevels = '+/+'
export const belowTopicA = 'TopicA/#'
const besideTopicA = 'TopicA/+'
const threeTopics = [topics[1], topics[2], topics[3]] as const

export const userProperties = [
  { key: 'a', value: '2' },
  { key: 'c', value: '3' }
]

const keepAliveS = 5
/** One and a half times the keep alive, and a little. */
const silentMs = keepAliveS * 1_500 + 100

/** A server as the scenarios expect it; its clients acknowledge by themselves. */
export async function startServer(): Promise<(options?: ProbeConnect & ProbeOptions) => Promise<MqttProbe>> {
  const instance = await startInstance()
  return (options) => instance.connect({ autoAck: true, ...options })
}

/** A session that outlives its connection. */
export function kept(level: 4 | 5, clientId: string): ProbeConnect {
  const properties = level === 5 ? { sessionExpiryInterval: 99_999 } : undefined
  return { level, clientId, cleanStart: false, properties }
}

/** Everything that came, once nothing more is on its way. */
export async function received(client: MqttProbe): Promise<PublishPacket[]> {
  await client.ping()
  const packets: PublishPacket[] = []
  while (client.inbox.some(({ type }) => type === 'publish')) packets.push(await client.next('publish'))
  await client.expectNothing()
  return packets
}

export function payloadsOf(packets: readonly PublishPacket[]): string[] {
  return packets.map(({ payload }) => payload.toString())
}

/** One message at every QoS, each to a topic of its own. */
export async function publishThree(
  client: MqttProbe,
  payload: (qos: Qos) => string,
  retain = false
): Promise<void> {
  const properties = client.level === 5 ? { userProperties } : undefined
  for (const qos of allQos) {
    await client.publish(threeTopics[qos]!, payload(qos), { qos, retain, properties })
  }
}

const named = (qos: Qos): string => `qos ${qos}`

/** The scenarios that both versions of the suite have. */
export function commonScenarios(level: 4 | 5): void {
  it('basic: connects twice, and gets its own messages at every QoS', async () => {
    const connect = await startServer()
    const me = { level, clientId: 'myclientid' }
    await (await connect(me)).disconnect()
    const client = await connect(me)
    expect(client.connack).toMatchObject({ reasonCode: 0, sessionPresent: false })
    await client.subscribe(topics[0], 2)
    for (const qos of allQos) await client.publish(topics[0], named(qos), { qos })
    expect((await received(client)).map(({ qos }) => qos)).toEqual([0, 1, 2])
  })

  it('basic: a second CONNECT on one connection ends it', async () => {
    const connect = await startServer()
    const client = await connect({ level })
    client.sendConnect({ level })
    await client.closed
    expect(client.inbox.filter(({ type }) => type === 'connack')).toEqual([])
  })

  it('basic: another protocol name is not let in', async () => {
    const client = await (await startInstance()).open()
    client.sendBytes(connectBytes({ level, name: 'hj' }))
    await client.closed
    for (const packet of client.inbox) expect(packet).not.toMatchObject({ type: 'connack', reasonCode: 0 })
  })

  it('retained messages: kept at every QoS, and gone with an empty payload', async () => {
    const connect = await startServer()
    const client = await connect({ level })
    await publishThree(client, named, true)
    await client.subscribe(everyTwoLevels, 2)
    const packets = await received(client)
    expect(packets.map(({ topic, qos, retain }) => [topic, qos, retain])).toEqual([
      [topics[1], 0, true],
      [topics[2], 1, true],
      [topics[3], 2, true]
    ])
    if (level === 5) for (const { properties } of packets) expect(properties).toEqual({ userProperties })
    await client.disconnect()
    const clearing = await connect({ level })
    await publishThree(clearing, () => '', true)
    await clearing.subscribe(everyTwoLevels, 2)
    expect(await received(clearing)).toEqual([])
  })

  it('will message: published when the connection is cut', async () => {
    const connect = await startServer()
    const will = { topic: topics[2], payload: 'client not disconnected' }
    const dying = await connect({ level, keepAliveS: 2, will })
    const watching = await connect(kept(level, 'myclientid2'))
    await watching.subscribe(topics[2], 2)
    await dying.destroy()
    expect((await watching.receive()).payload.toString()).toBe('client not disconnected')
    expect(await received(watching)).toEqual([])
  })

  it('offline message queueing: what came above QoS 0 waits', async () => {
    const connect = await startServer()
    const away = await connect(kept(level, 'myclientid'))
    await away.subscribe(everyTwoLevels, 2)
    await away.disconnect()
    const publisher = await connect({ level, clientId: 'myclientid2' })
    expect(publisher.connack.sessionPresent).toBe(false)
    await publishThree(publisher, named)
    await publisher.disconnect()
    const back = await connect(kept(level, 'myclientid'))
    expect(back.connack.sessionPresent).toBe(true)
    expect(payloadsOf(await received(back))).toEqual(['qos 1', 'qos 2'])
  })

  it('overlapping subscriptions: one message, at the highest QoS', async () => {
    const connect = await startServer()
    const client = await connect({ level })
    await client.subscribe(belowTopicA, 2)
    await client.subscribe(besideTopicA, 1)
    await client.publish(topics[3], 'overlapping topic filters', { qos: 2 })
    expect((await received(client)).map(({ qos }) => qos)).toEqual([2])
  })

  it('keep alive: who is silent is disconnected, and its will is published', async () => {
    const instance = await startInstance()
    const will = { topic: topics[4], payload: 'keepalive expiry' }
    const silent = await instance.connect({ level, keepAliveS, will })
    const watching = await instance.connect({ level, keepAliveS: 0, autoAck: true })
    await watching.subscribe(topics[4], 2)
    instance.sweepIn(keepAliveS * 1_000)
    expect(await received(watching)).toEqual([])
    instance.sweepIn(silentMs)
    await silent.closed
    expect(payloadsOf([await watching.receive()])).toEqual(['keepalive expiry'])
    expect(await received(watching)).toEqual([])
  })

  it('redelivery on reconnect: what was not acknowledged comes again', async () => {
    const instance = await startInstance()
    const paused = await instance.connect(kept(level, 'myclientid2'))
    await paused.subscribe(belowTopicA, 2)
    await paused.publish(topics[1], '1', { qos: 1 })
    await paused.publish(topics[3], '2', { qos: 2 })
    await paused.disconnect()
    const back = await instance.connect({ ...kept(level, 'myclientid2'), autoAck: true })
    const again = await received(back)
    expect(again.map(({ topic, qos, dup }) => [topic, qos, dup])).toEqual([
      [topics[1], 1, true],
      [topics[3], 2, true]
    ])
  })

  it('$ topics: no filter that begins with a wildcard finds them', async () => {
    const instance: TestInstance = await startInstance()
    const client = await instance.connect({ level, autoAck: true })
    await client.subscribe(everyTwoLevels, 2)
    await client.publish(`$${topics[1]}`, '', { qos: 1 })
    expect(await received(client)).toEqual([])
  })

  it('unsubscribe: only that subscription is gone', async () => {
    const connect = await startServer()
    const client = await connect({ level })
    for (const topic of topics.slice(0, 3)) await client.subscribe(topic, 2)
    await client.unsubscribe(topics[0])
    const publisher = await connect({ level })
    for (const topic of topics.slice(0, 3)) await publisher.publish(topic, topic, { qos: 1 })
    expect(payloadsOf(await received(client))).toEqual([topics[1], topics[2]])
  })
}

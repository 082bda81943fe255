import type { MqttProbe } from '@parley/testkit'
import { describe, expect, it } from 'vitest'
import { startInstance } from './support/data-plane.js'

async function nextEvent(watcher: MqttProbe): Promise<{ topic: string; event: Record<string, unknown> }> {
  const { topic, payload, qos, retain } = await watcher.next('publish')
  expect({ qos, retain }).toEqual({ qos: 0, retain: false })
  return { topic, event: JSON.parse(payload.toString()) as Record<string, unknown> }
}

describe('client events', () => {
  it('tell of a client that comes, subscribes, unsubscribes and goes', async () => {
    const instance = await startInstance()
    const watcher = await instance.connect({ clientId: 'watcher' })
    await watcher.subscribe('$events/#', 2)
    expect((await nextEvent(watcher)).event).toMatchObject({ clientid: 'watcher', topic: '$events/#' })

    const client = await instance.connect({
      clientId: 'seen',
      username: 'somebody',
      level: 5,
      keepAliveS: 30,
      properties: { sessionExpiryInterval: 9 }
    })
    const about = {
      clientid: 'seen',
      username: 'somebody',
      proto_ver: 5,
      node: 'test-node',
      peername: expect.stringMatching(/^127\.0\.0\.1:\d+$/)
    }
    expect(await nextEvent(watcher)).toMatchObject({
      topic: '$events/client_connected',
      event: { ...about, keepalive: 30, clean_start: true, session_present: false, expiry_interval: 9 }
    })
    await client.subscribe(['a/+', 'b'], 1, { identifier: 7, noLocal: true })
    for (const topic of ['a/+', 'b']) {
      expect(await nextEvent(watcher)).toMatchObject({
        topic: '$events/session_subscribed',
        event: { ...about, topic, qos: 1, no_local: true, subscription_identifier: 7 }
      })
    }
    await client.unsubscribe('b', 'never')
    expect(await nextEvent(watcher)).toMatchObject({
      topic: '$events/session_unsubscribed',
      event: { ...about, topic: 'b' }
    })
    await client.disconnect()
    expect(await nextEvent(watcher)).toMatchObject({
      topic: '$events/client_disconnected',
      event: { ...about, reason: 'normal' }
    })
    await watcher.expectNothing()
  })

  it('name the reason of an end', async () => {
    const instance = await startInstance()
    const watcher = await instance.connect()
    await watcher.subscribe('$events/client_disconnected')
    const reasonOf = async (): Promise<unknown> => (await nextEvent(watcher)).event.reason

    await (await instance.connect()).destroy()
    expect(await reasonOf()).toBe('connection_lost')
    await (await instance.connect({ level: 5 })).disconnect(4)
    expect(await reasonOf()).toBe('with_will')
    const older = await instance.connect({ clientId: 'twice' })
    await instance.connect({ clientId: 'twice' })
    await older.closed
    expect(await reasonOf()).toBe('taken_over')
    const broken = await instance.connect()
    broken.sendBytes('f0 00')
    expect(await reasonOf()).toBe('protocol_violation')
  })

  it('are not told of a client that was not let in', async () => {
    const instance = await startInstance()
    const watcher = await instance.connect()
    await watcher.subscribe('$events/#')
    await nextEvent(watcher)
    const refused = await instance.open()
    await refused.connect({ clientId: '', level: 3 })
    await refused.closed
    await watcher.expectNothing()
  })

  it('stay in their instance, and come to no leading wildcard', async () => {
    const instance = await startInstance()
    const neighbour = await instance.plane.instance()
    const stranger = await neighbour.connect()
    await stranger.subscribe('$events/client_connected')
    const everything = await instance.connect()
    await everything.subscribe(['#', '+/client_connected'])
    await instance.connect()
    await everything.expectNothing()
    await stranger.expectNothing()
  })
})

describe('$SYS', () => {
  it('tells an instance its own figures, and no other', async () => {
    const instance = await startInstance()
    const neighbour = await instance.plane.instance()
    await neighbour.connect()
    const reader = await instance.connect()
    await reader.subscribe('$SYS/#')
    instance.sweepIn(60_000)
    const figures = new Map<string, string>()
    for (let at = 0; at < 5; at++) {
      const { topic, payload } = await reader.next('publish')
      figures.set(topic, payload.toString())
    }
    expect([...figures.keys()].every((topic) => topic.startsWith(`$SYS/${instance.id}/`))).toBe(true)
    expect(figures.get(`$SYS/${instance.id}/clients/connected`)).toBe('1')
    await reader.expectNothing()
  })

  it('comes to no leading wildcard', async () => {
    const instance = await startInstance()
    const reader = await instance.connect()
    await reader.subscribe(['#', '+/+/clients/connected'])
    instance.sweepIn(60_000)
    await reader.expectNothing()
  })
})

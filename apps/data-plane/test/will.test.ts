import { reasonCodes } from '@parley/mqtt-wire'
import { eventually, type MqttProbe } from '@parley/testkit'
import { describe, expect, it } from 'vitest'
import { startInstance, type TestInstance } from './support/data-plane.js'
import { levels } from './support/versions.js'

async function withWatcher(): Promise<{ instance: TestInstance; watcher: MqttProbe }> {
  const instance = await startInstance()
  const watcher = await instance.connect({ level: 5 })
  await watcher.subscribe('wills/#', 2, { retainAsPublished: true })
  return { instance, watcher }
}

const delayed = { properties: { willDelayInterval: 60 } }
const kept = { sessionExpiryInterval: 600 }
const longMs = 1_000_000_000

describe('a will', () => {
  it.each(levels)('of level %i is published when the line is cut', async (level) => {
    const { instance, watcher } = await withWatcher()
    const client = await instance.connect({ level, will: { topic: 'wills/me', payload: 'gone', qos: 1 } })
    await client.destroy()
    const packet = await watcher.receive()
    expect(packet).toMatchObject({ topic: 'wills/me', qos: 1, retain: false })
    expect(packet.payload.toString()).toBe('gone')
    await watcher.expectNothing()
  })

  it('is published when the client breaks the protocol, and when it is silent for too long', async () => {
    const { instance, watcher } = await withWatcher()
    const rude = await instance.connect({ level: 5, will: { topic: 'wills/rude' } })
    rude.sendBytes('ff00')
    expect((await watcher.receive()).topic).toBe('wills/rude')
    const silent = await instance.connect({ keepAliveS: 1, will: { topic: 'wills/silent' } })
    instance.sweepIn(1_600)
    expect((await watcher.receive()).topic).toBe('wills/silent')
    await Promise.all([rude.closed, silent.closed])
  })

  it.each(levels)('of level %i is dropped by DISCONNECT', async (level) => {
    const { instance, watcher } = await withWatcher()
    const client = await instance.connect({ level, will: { topic: 'wills/me' } })
    await client.disconnect()
    await watcher.expectNothing()
  })

  it.each([reasonCodes.disconnectWithWill, reasonCodes.unspecifiedError])(
    'is kept by DISCONNECT with reason code %i',
    async (reasonCode) => {
      const { instance, watcher } = await withWatcher()
      const client = await instance.connect({ level: 5, will: { topic: 'wills/me' } })
      await client.disconnect(reasonCode)
      expect((await watcher.receive()).topic).toBe('wills/me')
      await watcher.expectNothing()
    }
  )

  it('carries its properties, without the delay', async () => {
    const { instance, watcher } = await withWatcher()
    const properties = {
      payloadFormatIndicator: 1 as const,
      messageExpiryInterval: 100,
      contentType: 'text/plain',
      responseTopic: 'answers',
      correlationData: Buffer.from([1, 2, 0xff]),
      userProperties: [{ key: 'a', value: '1' }]
    }
    const will = { topic: 'wills/me', qos: 2 as const, properties: { ...properties, willDelayInterval: 0 } }
    const client = await instance.connect({ level: 5, will })
    await client.destroy()
    expect((await watcher.receive()).properties).toEqual(properties)
  })

  it('can be retained', async () => {
    const { instance, watcher } = await withWatcher()
    const client = await instance.connect({ will: { topic: 'wills/me', payload: 'gone', retain: true } })
    await client.destroy()
    expect((await watcher.receive()).retain).toBe(true)
    const later = await instance.connect()
    await later.subscribe('wills/me')
    expect(await later.next('publish')).toMatchObject({ retain: true, payload: Buffer.from('gone') })
  })

  it('waits for its delay', async () => {
    const { instance, watcher } = await withWatcher()
    const will = { topic: 'wills/me', properties: { willDelayInterval: 1 } }
    const client = await instance.connect({ level: 5, properties: kept, will })
    await client.destroy()
    await watcher.expectNothing()
    expect((await watcher.receive()).topic).toBe('wills/me')
  })

  it('that waits is dropped when the session goes on', async () => {
    const { instance, watcher } = await withWatcher()
    const me = { level: 5 as const, clientId: 'me', cleanStart: false, properties: kept }
    const client = await instance.connect({ ...me, will: { topic: 'wills/me', ...delayed } })
    await client.destroy()
    await watcher.expectNothing()
    await instance.connect(me)
    instance.sweepIn(700_000)
    await watcher.expectNothing()
  })

  it('that waits is published when a clean start ends the session', async () => {
    const { instance, watcher } = await withWatcher()
    const me = { level: 5 as const, clientId: 'me', properties: kept }
    const client = await instance.connect({ ...me, will: { topic: 'wills/me', ...delayed } })
    await client.destroy()
    await watcher.expectNothing()
    await instance.connect({ ...me, cleanStart: true })
    expect((await watcher.receive()).topic).toBe('wills/me')
    await watcher.expectNothing()
  })

  it('does not wait longer than its session lives', async () => {
    const { instance, watcher } = await withWatcher()
    const properties = { sessionExpiryInterval: 10 }
    const client = await instance.connect({ level: 5, properties, will: { topic: 'wills/me', ...delayed } })
    await client.destroy()
    await watcher.expectNothing()
    instance.sweepIn(11_000)
    expect((await watcher.receive()).topic).toBe('wills/me')
    await watcher.expectNothing()
  })

  it('is published at a takeover, unless it may wait and the session goes on', async () => {
    const { instance, watcher } = await withWatcher()
    const me = { level: 5 as const, clientId: 'me', cleanStart: false, properties: kept }
    await instance.connect({ ...me, will: { topic: 'wills/at-once' } })
    await instance.connect({ ...me, will: { topic: 'wills/later', ...delayed } })
    expect((await watcher.receive()).topic).toBe('wills/at-once')
    await instance.connect(me)
    await watcher.expectNothing()
  })

  it('of a client that was not let in is never published', async () => {
    const { instance, watcher } = await withWatcher()
    await instance.change({ limits: { connectionsMax: 1 } })
    const refused = await instance.open()
    await refused.connect({ will: { topic: 'wills/me' } })
    await refused.closed
    await watcher.expectNothing()
  })

  it('of a client that cannot take its CONNACK is never published: it was not connected', async () => {
    const { instance, watcher } = await withWatcher()
    const client = await instance.open()
    client.sendConnect({ level: 5, properties: { maximumPacketSize: 6 }, will: { topic: 'wills/me' } })
    await client.closed
    expect(client.inbox).toEqual([])
    await watcher.expectNothing()
  })

  it('that waits goes on waiting when its client comes back and is lost before it was let in', async () => {
    const { instance, watcher } = await withWatcher()
    const me = { level: 5 as const, clientId: 'me', cleanStart: false, properties: kept }
    const will = { topic: 'wills/me', properties: { willDelayInterval: 1 } }
    const client = await instance.connect({ ...me, will })
    await client.destroy()
    const { store } = instance.broker
    const open = store.open.bind(store)
    const again = await instance.open()
    Object.assign(store, {
      async open(...asked: Parameters<typeof store.open>) {
        await again.destroy()
        await eventually(() => expect(instance.broker.connections.size).toBe(1))
        return open(...asked)
      }
    })
    again.sendConnect(me)
    expect((await watcher.receive()).topic).toBe('wills/me')
    await watcher.expectNothing()
  })

  it('waits longer than a timer can', async () => {
    const { instance, watcher } = await withWatcher()
    await instance.change({ limits: { sessionExpiryMaxS: 4_294_967_295 } })
    const will = { topic: 'wills/me', properties: { willDelayInterval: 30 * 24 * 3_600 } }
    const properties = { sessionExpiryInterval: 4_294_967_295 }
    const client = await instance.connect({ level: 5, clientId: 'me', properties, will })
    const { setTimeout: original } = globalThis
    const delays: number[] = []
    // As if the first of the long timers had run out at once.
    const hurried = (run: () => void, ms: number): NodeJS.Timeout => {
      if (ms < longMs) return original(run, ms)
      delays.push(ms)
      return original(run, delays.length === 1 ? 0 : ms)
    }
    globalThis.setTimeout = hurried as typeof setTimeout
    await client.destroy()
    await watcher.expectNothing()
    globalThis.setTimeout = original
    expect(delays.length).toBeGreaterThan(1)
    expect(Math.max(...delays)).toBeLessThan(2 ** 31)
    await instance.connect({ level: 5, clientId: 'me', cleanStart: true })
    expect((await watcher.receive()).topic).toBe('wills/me')
  })

  it.each([
    { topic: '$SYS/me', v5: reasonCodes.notAuthorized, v3: 5 },
    { topic: '/'.repeat(40), v5: reasonCodes.topicNameInvalid, v3: 5 }
  ])('to $topic is refused with its CONNECT', async ({ topic, v5, v3 }) => {
    const instance = await startInstance()
    for (const level of levels) {
      const client = await instance.open()
      expect((await client.connect({ level, will: { topic } })).reasonCode).toBe(level === 5 ? v5 : v3)
      await client.closed
    }
  })

  it('with more user properties than a message may have is refused with its CONNECT', async () => {
    const instance = await startInstance({ limits: { userPropertiesMax: 1 } })
    const userProperties = Array.from({ length: 2 }, () => ({ key: 'k', value: 'v' }))
    const client = await instance.open()
    const will = { topic: 'wills/me', properties: { userProperties } }
    expect((await client.connect({ level: 5, will })).reasonCode).toBe(reasonCodes.quotaExceeded)
    await client.closed
  })
})

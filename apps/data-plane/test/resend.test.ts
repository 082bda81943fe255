import { reasonCodes } from '@parley/mqtt-wire'
import { describe, expect, it } from 'vitest'
import { startInstance } from './support/data-plane.js'
import { levels } from './support/versions.js'

describe.each(levels)('after a reconnect, to a client of level %i', (level) => {
  const me = {
    level,
    clientId: 'me',
    cleanStart: false,
    ...(level === 5 ? { properties: { sessionExpiryInterval: 60 } } : {})
  }

  it('what was not acknowledged comes again, with DUP, before anything new', async () => {
    const instance = await startInstance({ limits: { maxInflight: 2 } })
    const first = await instance.connect(me)
    await first.subscribe('a', 1)
    const publisher = await instance.connect()
    for (const payload of ['1', '2', '3']) await publisher.publish('a', payload, { qos: 1 })
    const before = [await first.next('publish'), await first.next('publish')]
    await first.destroy()
    await publisher.publish('a', '4', { qos: 1 })
    const second = await instance.connect(me)
    for (const sent of before) {
      const again = await second.receive()
      expect(again).toMatchObject({ dup: true, packetId: sent.packetId, payload: sent.payload })
    }
    for (const payload of ['3', '4']) {
      expect(await second.receive()).toMatchObject({ dup: false, payload: Buffer.from(payload) })
    }
    await second.expectNothing()
  })

  it('what has expired since it was sent comes again all the same: the client may hold it [MQTT-4.3.3-7]', async () => {
    const instance = await startInstance()
    const first = await instance.connect(me)
    await first.subscribe('a', 2)
    const publisher = await instance.connect({ level: 5 })
    await publisher.publish('a', 'x', { qos: 2, properties: { messageExpiryInterval: 100 } })
    const { packetId } = await first.next('publish')
    await first.destroy()
    const { session } = instance.broker.index.match('a').entries[0]!
    session.inflight.get(packetId)!.message.expiresAtMs -= 200_000
    const second = await instance.connect(me)
    expect(await second.next('publish')).toMatchObject({ packetId, dup: true })
  })

  it('what was acknowledged does not come again', async () => {
    const instance = await startInstance()
    const first = await instance.connect(me)
    await first.subscribe('a', 1)
    const publisher = await instance.connect()
    await publisher.publish('a', '1', { qos: 1 })
    await first.receive()
    await first.ping()
    await first.destroy()
    const second = await instance.connect(me)
    await second.expectNothing()
  })

  it('QoS 2 goes on where it stood: PUBLISH before PUBREC, PUBREL after it', async () => {
    const instance = await startInstance()
    const first = await instance.connect(me)
    await first.subscribe('a', 2)
    const publisher = await instance.connect()
    await publisher.publish('a', 'x', { qos: 2 })
    const { packetId } = await first.next('publish')
    await first.destroy()

    const second = await instance.connect(me)
    expect(await second.next('publish')).toMatchObject({ packetId, dup: true, qos: 2 })
    second.ack('pubrec', packetId)
    await second.next('pubrel')
    await second.destroy()

    const third = await instance.connect(me)
    expect((await third.next('pubrel')).packetId).toBe(packetId)
    third.ack('pubcomp', packetId)
    await third.ping()
    await third.destroy()

    const fourth = await instance.connect(me)
    await fourth.expectNothing()
  })

  it('QoS 2 that it publishes again is delivered once, whichever step was lost', async () => {
    const instance = await startInstance()
    const watcher = await instance.connect({ autoAck: true })
    await watcher.subscribe('a', 2)
    const first = await instance.connect(me)
    const packetId = first.sendPublish('a', 'once', { qos: 2 })
    await first.next('pubrec')
    await first.destroy()

    const second = await instance.connect(me)
    second.sendPublish('a', 'once', { qos: 2, packetId, dup: true })
    expect((await second.next('pubrec')).packetId).toBe(packetId)
    await second.release(packetId)
    await second.destroy()

    const third = await instance.connect(me)
    const { reasonCode } = await third.release(packetId)
    expect(reasonCode).toBe(reasonCodes.success)
    expect((await watcher.receive()).payload.toString()).toBe('once')
    await watcher.expectNothing()
  })

  it('a packet id is free for another message after PUBCOMP', async () => {
    const instance = await startInstance()
    const watcher = await instance.connect({ autoAck: true })
    await watcher.subscribe('a', 2)
    const client = await instance.connect(me)
    await client.publish('a', 'first', { qos: 2, packetId: 5 })
    await client.publish('a', 'second', { qos: 2, packetId: 5 })
    expect((await watcher.receive()).payload.toString()).toBe('first')
    expect((await watcher.receive()).payload.toString()).toBe('second')
  })

  it('the same QoS 2 packet id again and again is one message', async () => {
    const instance = await startInstance()
    const watcher = await instance.connect({ autoAck: true })
    await watcher.subscribe('a', 2)
    const client = await instance.connect(me)
    for (let time = 0; time < 50; time++) client.sendPublish('a', 'x', { qos: 2, packetId: 9, dup: time > 0 })
    for (let time = 0; time < 50; time++) await client.next('pubrec')
    await client.release(9)
    await watcher.receive()
    await watcher.expectNothing()
  })

  it('a clean session sends nothing again', async () => {
    const instance = await startInstance()
    const first = await instance.connect({ level, clientId: 'me' })
    await first.subscribe('a', 1)
    const publisher = await instance.connect()
    await publisher.publish('a', 'x', { qos: 1 })
    await first.next('publish')
    await first.destroy()
    const second = await instance.connect({ level, clientId: 'me' })
    await second.expectNothing()
  })
})

describe('after a reconnect with a smaller window', () => {
  it('an acknowledgement counts only for what came over this connection', async () => {
    const instance = await startInstance()
    const me = { level: 5 as const, clientId: 'me', cleanStart: false }
    const kept = { sessionExpiryInterval: 60 }
    const first = await instance.connect({ ...me, properties: { ...kept, receiveMaximum: 2 } })
    await first.subscribe('a', 1)
    const publisher = await instance.connect()
    for (const payload of ['1', '2']) await publisher.publish('a', payload, { qos: 1 })
    const one = await first.next('publish')
    const two = await first.next('publish')
    await first.destroy()
    const second = await instance.connect({ ...me, properties: { ...kept, receiveMaximum: 1 } })
    expect((await second.next('publish')).packetId).toBe(one.packetId)
    second.ack('puback', two.packetId)
    await second.expectNothing()
    expect(instance.drops('unsolicited_acknowledgement')).toBe(1)
    second.ack('puback', one.packetId)
    expect(await second.next('publish')).toMatchObject({ packetId: two.packetId, dup: true })
  })
})

describe('a takeover', () => {
  it('hands what is unacknowledged to the newer connection', async () => {
    const instance = await startInstance()
    const me = { clientId: 'me', cleanStart: false }
    const older = await instance.connect(me)
    await older.subscribe('a', 1)
    const publisher = await instance.connect()
    await publisher.publish('a', 'x', { qos: 1 })
    const { packetId } = await older.next('publish')
    const newer = await instance.connect(me)
    expect(await newer.next('publish')).toMatchObject({ packetId, dup: true })
  })
})

describe('a v5 client that refuses a message', () => {
  it.each([1, 2] as const)('at QoS %i does not get it again', async (qos) => {
    const instance = await startInstance()
    const me = {
      level: 5 as const,
      clientId: 'me',
      cleanStart: false,
      properties: { sessionExpiryInterval: 60 }
    }
    const first = await instance.connect(me)
    await first.subscribe('a', qos)
    const publisher = await instance.connect()
    await publisher.publish('a', 'x', { qos })
    const { packetId } = await first.next('publish')
    first.ack(qos === 1 ? 'puback' : 'pubrec', packetId, reasonCodes.unspecifiedError)
    await first.expectNothing()
    await first.destroy()
    const second = await instance.connect(me)
    await second.expectNothing()
    expect(instance.drops('refused_by_responder')).toBe(1)
  })
})

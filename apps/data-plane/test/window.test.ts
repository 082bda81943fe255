import { describe, expect, it } from 'vitest'
import { startInstance } from './support/data-plane.js'

describe('the window of unacknowledged deliveries', () => {
  it.each([
    { receiveMaximum: 2, maxInflight: 32, window: 2 },
    { receiveMaximum: 65_535, maxInflight: 3, window: 3 }
  ])('is the smaller of Receive Maximum $receiveMaximum and maxInflight $maxInflight', async (limits) => {
    const { receiveMaximum, maxInflight, window } = limits
    const instance = await startInstance({ limits: { maxInflight } })
    const subscriber = await instance.connect({ level: 5, properties: { receiveMaximum } })
    await subscriber.subscribe('a', 1)
    const publisher = await instance.connect()
    for (let number = 0; number < 6; number++) await publisher.publish('a', `${number}`, { qos: 1 })
    await subscriber.ping()
    expect(subscriber.inbox).toHaveLength(window)
    for (let number = 0; number < 6; number++) {
      const packet = await subscriber.next('publish')
      expect(packet.payload.toString()).toBe(`${number}`)
      await subscriber.ping()
      expect(subscriber.inbox).toHaveLength(Math.min(window - 1, 5 - number))
      await subscriber.acknowledge(packet)
    }
    await subscriber.expectNothing()
  })

  it('lets QoS 0 pass', async () => {
    const instance = await startInstance({ limits: { maxInflight: 1 } })
    const subscriber = await instance.connect()
    await subscriber.subscribe('a', 1)
    const publisher = await instance.connect()
    await publisher.publish('a', 'first', { qos: 1 })
    await publisher.publish('a', 'second', { qos: 1 })
    await publisher.publish('a', 'unhurried')
    expect((await subscriber.next('publish')).payload.toString()).toBe('first')
    expect((await subscriber.next('publish')).payload.toString()).toBe('unhurried')
    await subscriber.expectNothing()
  })

  it('counts a QoS 2 delivery until its PUBCOMP', async () => {
    const instance = await startInstance({ limits: { maxInflight: 1 } })
    const subscriber = await instance.connect()
    await subscriber.subscribe('a', 2)
    const publisher = await instance.connect()
    await publisher.publish('a', 'first', { qos: 2 })
    await publisher.publish('a', 'second', { qos: 2 })
    const first = await subscriber.next('publish')
    subscriber.ack('pubrec', first.packetId)
    await subscriber.next('pubrel')
    await subscriber.expectNothing()
    subscriber.ack('pubcomp', first.packetId)
    expect((await subscriber.receive()).payload.toString()).toBe('second')
  })
})

describe('packet ids', () => {
  it('are not used again while a delivery is unfinished, also past their end', async () => {
    const instance = await startInstance({ limits: { maxInflight: 3 } })
    const subscriber = await instance.connect()
    await subscriber.subscribe('a', 1)
    const publisher = await instance.connect()
    await publisher.publish('a', 'kept open', { qos: 1 })
    const open = await subscriber.next('publish')
    const session = instance.broker.clients[subscriber.clientId]!.session!
    // As if almost all had been used.
    let used: number
    do used = session.nextPacketId()
    while (used !== 65_533)
    const ids: number[] = []
    for (let number = 0; number < 5; number++) {
      await publisher.publish('a', `${number}`, { qos: 1 })
      ids.push((await subscriber.receive()).packetId)
    }
    expect(open.packetId).toBe(1)
    expect(ids).toEqual([65_534, 65_535, 2, 3, 4])
    await subscriber.acknowledge(open)
  })
})

describe('the queue of a client', () => {
  it('holds queuedMessagesMax messages; what comes then is dropped and counted', async () => {
    const instance = await startInstance({ limits: { queuedMessagesMax: 3, maxInflight: 2 } })
    const subscriber = await instance.connect()
    await subscriber.subscribe('a', 1)
    const publisher = await instance.connect({ level: 5 })
    for (let number = 0; number < 8; number++) {
      expect(await publisher.publish('a', `${number}`, { qos: 1 })).toBe(0)
    }
    expect(instance.drops('queue_full')).toBe(3)
    const received: string[] = []
    for (let number = 0; number < 5; number++) received.push((await subscriber.receive()).payload.toString())
    expect(received).toEqual(['0', '1', '2', '3', '4'])
    await subscriber.expectNothing()
    await publisher.publish('a', 'room again', { qos: 1 })
    await subscriber.receive()
  })

  it('holds queuedBytesMax bytes of an absent client', async () => {
    const instance = await startInstance({ limits: { queuedBytesMax: 250 } })
    const me = { clientId: 'me', cleanStart: false }
    const away = await instance.connect(me)
    await away.subscribe('a', 1)
    await away.disconnect()
    const publisher = await instance.connect()
    for (let number = 0; number < 4; number++) {
      await publisher.publish('a', String(number).repeat(100), { qos: 1 })
    }
    expect(instance.drops('queue_full')).toBe(2)
    const back = await instance.connect(me)
    expect((await back.receive()).payload.toString()).toBe('0'.repeat(100))
    expect((await back.receive()).payload.toString()).toBe('1'.repeat(100))
    await back.expectNothing()
  })

  it('may be of no length: then only what can be sent at once is delivered', async () => {
    const instance = await startInstance({ limits: { queuedMessagesMax: 0, maxInflight: 1 } })
    const subscriber = await instance.connect()
    await subscriber.subscribe('a', 1)
    const publisher = await instance.connect()
    for (const payload of ['1', '2']) await publisher.publish('a', payload, { qos: 1 })
    expect((await subscriber.receive()).payload.toString()).toBe('1')
    await subscriber.expectNothing()
    await publisher.publish('a', '3', { qos: 1 })
    expect((await subscriber.receive()).payload.toString()).toBe('3')
    expect(instance.drops('queue_full')).toBe(1)
  })

  it('keeps nothing at QoS 0 for an absent client', async () => {
    const instance = await startInstance()
    const me = { clientId: 'me', cleanStart: false }
    const away = await instance.connect(me)
    await away.subscribe('a', 1)
    await away.disconnect()
    const publisher = await instance.connect()
    await publisher.publish('a', 'x')
    await publisher.ping()
    const back = await instance.connect(me)
    await back.expectNothing()
  })
})

describe('a client that names its Maximum Packet Size', () => {
  it.each([0, 1, 2] as const)('is not sent larger packets at QoS %i: dropped and counted', async (qos) => {
    const instance = await startInstance()
    const small = await instance.connect({ level: 5, properties: { maximumPacketSize: 100 } })
    await small.subscribe('a', qos)
    const large = await instance.connect({ level: 5 })
    await large.subscribe('a', qos)
    const publisher = await instance.connect()
    await publisher.publish('a', 'x'.repeat(200), { qos })
    await publisher.publish('a', 'fits', { qos })
    expect((await small.receive()).payload.toString()).toBe('fits')
    await small.expectNothing()
    expect((await large.receive()).payload).toHaveLength(200)
    expect(instance.drops('packet_too_large_for_client')).toBe(1)
  })
})

describe('a client that does not read', () => {
  it('costs itself QoS 0 messages, counted, and nobody else any', async () => {
    const instance = await startInstance()
    const slow = await instance.connect()
    const fast = await instance.connect()
    await slow.subscribe('a')
    await fast.subscribe('a')
    slow.stopReading()
    const publisher = await instance.connect()
    const payload = Buffer.alloc(200_000)
    const count = 60
    for (let number = 0; number < count; number++) {
      await publisher.publish('a', payload)
      await fast.next('publish')
    }
    expect(instance.drops('slow_reader')).toBeGreaterThan(0)
    slow.readOn()
    await slow.ping()
    expect(slow.inbox.length + instance.drops('slow_reader')).toBe(count)
  })

  it('gets all QoS 1 messages when it reads on', async () => {
    const instance = await startInstance({ limits: { maxInflight: 1000 } })
    const slow = await instance.connect({ autoAck: true })
    await slow.subscribe('a', 1)
    slow.stopReading()
    const publisher = await instance.connect()
    const payload = Buffer.alloc(100_000)
    const count = 70
    for (let number = 0; number < count; number++) await publisher.publish('a', payload, { qos: 1 })
    slow.readOn()
    for (let number = 0; number < count; number++) await slow.receive()
    await slow.expectNothing()
    expect(instance.drops('queue_full')).toBe(0)
  })
})

describe('a publisher', () => {
  it('of v5 may have as many QoS 2 messages unreleased as Receive Maximum says, not more', async () => {
    const instance = await startInstance({ limits: { receiveMaximum: 3 } })
    const client = await instance.connect({ level: 5 })
    for (let number = 0; number < 3; number++) client.sendPublish('a', 'x', { qos: 2 })
    for (let number = 0; number < 3; number++) await client.next('pubrec')
    client.sendPublish('a', 'one too many', { qos: 2 })
    expect(await client.closed).toBe(0x93)
  })

  it.each([3, 4] as const)('of level %i, which knows no Receive Maximum, may have more', async (level) => {
    const instance = await startInstance({ limits: { receiveMaximum: 3 } })
    const client = await instance.connect({ level })
    const ids = Array.from({ length: 10 }, () => client.sendPublish('a', 'x', { qos: 2 }))
    for (const id of ids) expect((await client.next('pubrec')).packetId).toBe(id)
    for (const id of ids) await client.release(id)
  })
})

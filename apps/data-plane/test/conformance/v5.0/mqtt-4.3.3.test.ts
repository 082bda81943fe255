import { type ProtocolLevel, reasonCodes } from '@parley/mqtt-wire'
import type { MqttProbe } from '@parley/testkit'
import { expect, it } from 'vitest'
import { startInstance, type TestInstance } from '../../support/data-plane.js'
import { levels } from '../../support/versions.js'
import { letPass } from '../support/clock.js'
import { keptSession } from '../support/kept-session.js'
import { limits, refusedPublishes } from '../support/refused-publishes.js'
import { noTest, statement } from '../support/statement.js'

const { unspecifiedError } = reasonCodes
const expiryS = 100
const afterExpiryMs = 101_000

/** A kept session that was sent a QoS 2 message and has not answered. */
async function delivered(level: ProtocolLevel, messageExpiryInterval?: number) {
  const instance = await startInstance()
  const client = await instance.connect(keptSession(level))
  await client.subscribe('a', 2)
  const publisher = await instance.connect({ level: 5 })
  await publisher.publish('a', 'x', { qos: 2, properties: { messageExpiryInterval } })
  const { packetId } = await client.next('publish')
  return { instance, client, publisher, packetId }
}

/** The same session over a new connection. */
async function reconnected(instance: TestInstance, client: MqttProbe): Promise<MqttProbe> {
  await client.destroy()
  return instance.connect(keptSession(client.level))
}

noTest('MQTT-4.3.3-1', 'A new QoS 2 message gets a packet id that is not in use.', 'shown by [MQTT-2.2.1-4]')

statement('MQTT-4.3.3-2', 'A QoS 2 message is first sent with its packet id, QoS 2 and without DUP.', () => {
  it.each(levels)('to level %i, though its publisher repeated it', async (level) => {
    const instance = await startInstance()
    const client = await instance.connect({ level })
    await client.subscribe('a', 2)
    await (await instance.connect()).publish('a', 'x', { qos: 2, dup: true, packetId: 700 })
    const packet = await client.receive()
    expect(packet).toMatchObject({ qos: 2, dup: false })
    expect(packet.packetId).toBeGreaterThan(0)
    await client.expectNothing()
  })
})

statement('MQTT-4.3.3-3', 'A QoS 2 message is unacknowledged until its PUBREC.', () => {
  it.each(levels)('to level %i: no other acknowledgement counts', async (level) => {
    const { instance, client, packetId } = await delivered(level)
    client.ack('puback', packetId)
    client.ack('pubcomp', packetId)
    await client.expectNothing()
    const again = await reconnected(instance, client)
    expect(await again.next('publish')).toMatchObject({ packetId, dup: true, qos: 2 })
    await again.expectNothing()
  })
})

statement(
  'MQTT-4.3.3-4',
  'A PUBREC below 0x80 is answered with PUBREL and the packet id of the message.',
  () => {
    it.each(levels)('to level %i', async (level) => {
      const { client, packetId } = await delivered(level)
      client.ack('pubrec', packetId)
      expect(await client.next()).toMatchObject({ type: 'pubrel', packetId, reasonCode: 0 })
      await client.expectNothing()
    })

    it('to 5.0: also one that says that nobody was there', async () => {
      const { client, packetId } = await delivered(5)
      client.ack('pubrec', packetId, reasonCodes.noMatchingSubscribers)
      expect(await client.next()).toMatchObject({ type: 'pubrel', packetId, reasonCode: 0 })
      await client.expectNothing()
    })

    it('to 5.0: one from 0x80 on ends the delivery without', async () => {
      const { instance, client, packetId } = await delivered(5)
      client.ack('pubrec', packetId, unspecifiedError)
      await client.expectNothing()
      const again = await reconnected(instance, client)
      await again.expectNothing()
    })
  }
)

statement('MQTT-4.3.3-5', 'A PUBREL is unacknowledged until its PUBCOMP.', () => {
  it.each(levels)('to level %i: it comes again until then', async (level) => {
    const { instance, client, packetId } = await delivered(level)
    client.ack('pubrec', packetId)
    await client.next('pubrel')
    const second = await reconnected(instance, client)
    expect(await second.next()).toMatchObject({ type: 'pubrel', packetId })
    second.ack('puback', packetId)
    await second.expectNothing()
    const third = await reconnected(instance, second)
    expect(await third.next()).toMatchObject({ type: 'pubrel', packetId })
    third.ack('pubcomp', packetId)
    await third.expectNothing()
    const fourth = await reconnected(instance, third)
    await fourth.expectNothing()
  })
})

statement('MQTT-4.3.3-6', 'The PUBLISH is not sent again once its PUBREL was.', () => {
  it.each(levels)('to level %i: not in any later connection', async (level) => {
    const { instance, client, packetId } = await delivered(level)
    client.ack('pubrec', packetId)
    await client.next('pubrel')
    let connection = client
    for (let time = 0; time < 3; time++) {
      connection = await reconnected(instance, connection)
      expect(await connection.next()).toMatchObject({ type: 'pubrel', packetId })
      await connection.expectNothing()
    }
  })
})

statement('MQTT-4.3.3-7', 'A message does not expire any more once its PUBLISH was sent.', () => {
  it.each(levels)('to level %i: before PUBREC', async (level) => {
    const { instance, client, packetId } = await delivered(level, expiryS)
    letPass(afterExpiryMs)
    const again = await reconnected(instance, client)
    expect(await again.next('publish')).toMatchObject({ packetId, dup: true })
    again.ack('pubrec', packetId)
    await again.next('pubrel')
    again.ack('pubcomp', packetId)
    await again.expectNothing()
  })

  it.each(levels)('to level %i: before PUBCOMP', async (level) => {
    const { instance, client, packetId } = await delivered(level, expiryS)
    client.ack('pubrec', packetId)
    await client.next('pubrel')
    letPass(afterExpiryMs)
    const again = await reconnected(instance, client)
    expect(await again.next()).toMatchObject({ type: 'pubrel', packetId })
    await again.expectNothing()
  })
})

statement(
  'MQTT-4.3.3-8',
  'A received QoS 2 message is answered with PUBREC when the server has taken it.',
  () => {
    it.each(levels)('from level %i: with its packet id, once', async (level) => {
      const client = await (await startInstance()).connect({ level })
      client.sendPublish('a', 'x', { qos: 2, packetId: 0xfffe })
      expect(await client.next()).toMatchObject({ type: 'pubrec', packetId: 0xfffe })
      await client.expectNothing()
    })

    it.each(levels)(
      'from level %i: from then on it reaches its subscribers, whatever follows',
      async (level) => {
        const instance = await startInstance()
        const away = await instance.connect(keptSession(level))
        await away.subscribe('a', 2)
        await away.destroy()
        const publisher = await instance.connect({ level })
        publisher.sendPublish('a', 'kept', { qos: 2 })
        await publisher.next('pubrec')
        await publisher.destroy()
        const back = await instance.connect(keptSession(level))
        expect((await back.receive()).payload.toString()).toBe('kept')
        await back.expectNothing()
      }
    )
  }
)

statement('MQTT-4.3.3-9', 'After a PUBREC from 0x80 on the same packet id is a new message.', () => {
  it.each(refusedPublishes)('after the refusal of $what', async ({ topic, properties, reasonCode }) => {
    const instance = await startInstance({ limits })
    const watcher = await instance.connect({ autoAck: true })
    await watcher.subscribe('a', 2)
    const publisher = await instance.connect({ level: 5 })
    const packetId = 9
    for (let time = 0; time < 2; time++) {
      expect(await publisher.publish(topic, 'x', { qos: 2, packetId, properties })).toBe(reasonCode)
    }
    expect(await publisher.publish('a', 'new', { qos: 2, packetId })).toBe(0)
    expect((await watcher.receive()).payload.toString()).toBe('new')
    await watcher.expectNothing()
  })
})

statement(
  'MQTT-4.3.3-10',
  'Until PUBREL the same packet id is the same message: PUBREC again, no second copy.',
  () => {
    const repeats = levels.flatMap((level) => [true, false].map((dup) => ({ level, dup })))
    it.each(repeats)('from level $level with DUP $dup', async ({ level, dup }) => {
      const instance = await startInstance()
      const watcher = await instance.connect({ autoAck: true })
      await watcher.subscribe('a', 2)
      const publisher = await instance.connect({ level })
      const packetId = publisher.sendPublish('a', 'x', { qos: 2 })
      for (let time = 0; time < 3; time++) publisher.sendPublish('a', 'x', { qos: 2, packetId, dup })
      for (let time = 0; time < 4; time++) {
        expect(await publisher.next()).toMatchObject({ type: 'pubrec', packetId, reasonCode: 0 })
      }
      await publisher.release(packetId)
      await watcher.receive()
      await watcher.expectNothing()
    })

    it.each(levels)('from level %i: also in the next connection of its session', async (level) => {
      const instance = await startInstance()
      const watcher = await instance.connect({ autoAck: true })
      await watcher.subscribe('a', 2)
      const first = await instance.connect(keptSession(level))
      const packetId = first.sendPublish('a', 'x', { qos: 2 })
      await first.next('pubrec')
      const second = await reconnected(instance, first)
      second.sendPublish('a', 'x', { qos: 2, packetId, dup: true })
      expect(await second.next()).toMatchObject({ type: 'pubrec', packetId, reasonCode: 0 })
      await second.release(packetId)
      await watcher.receive()
      await watcher.expectNothing()
    })
  }
)

statement('MQTT-4.3.3-11', 'A PUBREL is answered with PUBCOMP and its packet id.', () => {
  it.each(levels)('from level %i', async (level) => {
    const client = await (await startInstance()).connect({ level })
    for (const packetId of [1, 0xffff]) client.sendPublish('a', 'x', { qos: 2, packetId })
    for (const packetId of [0xffff, 1]) {
      await client.next('pubrec')
      client.ack('pubrel', packetId)
      expect(await client.next('pubcomp')).toMatchObject({ packetId, reasonCode: 0 })
    }
    await client.expectNothing()
  })

  it.each(levels)('from level %i: also when it comes again', async (level) => {
    const client = await (await startInstance()).connect({ level })
    const packetId = client.sendPublish('a', 'x', { qos: 2 })
    await client.next('pubrec')
    for (let time = 0; time < 2; time++) {
      client.ack('pubrel', packetId)
      expect(await client.next()).toMatchObject({ type: 'pubcomp', packetId })
    }
    await client.expectNothing()
  })
})

statement('MQTT-4.3.3-12', 'After PUBCOMP the same packet id is a new message, with and without DUP.', () => {
  it.each(levels)('from level %i', async (level) => {
    const instance = await startInstance()
    const watcher = await instance.connect({ autoAck: true })
    await watcher.subscribe('a', 2)
    const publisher = await instance.connect({ level })
    for (const dup of [false, true, false]) {
      await publisher.publish('a', `dup ${dup}`, { qos: 2, packetId: 5, dup })
      expect(await watcher.receive()).toMatchObject({ payload: Buffer.from(`dup ${dup}`), dup: false })
    }
    await watcher.expectNothing()
    await publisher.expectNothing()
  })
})

statement('MQTT-4.3.3-13', 'The exchange with the publisher goes on though the message expired.', () => {
  it('nobody gets the message, its publisher gets PUBREC and PUBCOMP', async () => {
    const instance = await startInstance({ limits: { maxInflight: 1 } })
    const subscriber = await instance.connect({ clientId: 'slow' })
    await subscriber.subscribe('a', 2)
    const publisher = await instance.connect({ level: 5 })
    await publisher.publish('a', 'in the way', { qos: 2 })
    const inTheWay = await subscriber.next('publish')
    const properties = { messageExpiryInterval: expiryS }
    const packetId = publisher.sendPublish('a', 'x', { qos: 2, properties })
    await publisher.next('pubrec')
    letPass(afterExpiryMs)
    await subscriber.acknowledge(inTheWay)
    await subscriber.expectNothing()
    publisher.sendPublish('a', 'x', { qos: 2, packetId, dup: true, properties })
    expect(await publisher.next()).toMatchObject({ type: 'pubrec', packetId, reasonCode: 0 })
    expect((await publisher.release(packetId)).reasonCode).toBe(0)
    await subscriber.expectNothing()
  })
})

import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { levels } from '../../support/versions.js'
import { keptSession } from '../support/kept-session.js'
import { noTest, statement } from '../support/statement.js'

noTest('MQTT-4.3.2-1', 'A new QoS 1 message gets a packet id that is not in use.', 'shown by [MQTT-2.2.1-4]')

statement('MQTT-4.3.2-2', 'A QoS 1 message is first sent with its packet id, QoS 1 and without DUP.', () => {
  it.each(levels)('to level %i, though its publisher repeated it', async (level) => {
    const instance = await startInstance()
    const client = await instance.connect({ level })
    await client.subscribe('a', 1)
    await (await instance.connect()).publish('a', 'x', { qos: 1, dup: true, packetId: 700 })
    const packet = await client.receive()
    expect(packet).toMatchObject({ qos: 1, dup: false })
    expect(packet.packetId).toBeGreaterThan(0)
    await client.expectNothing()
  })
})

statement('MQTT-4.3.2-3', 'A QoS 1 message is unacknowledged until its PUBACK.', () => {
  it.each(levels)('to level %i: no other acknowledgement counts', async (level) => {
    const instance = await startInstance()
    const first = await instance.connect(keptSession(level))
    await first.subscribe('a', 1)
    await (await instance.connect()).publish('a', 'x', { qos: 1 })
    const { packetId } = await first.next('publish')
    first.ack('puback', packetId + 1)
    first.ack('pubcomp', packetId)
    await first.expectNothing()
    await first.destroy()
    const second = await instance.connect(keptSession(level))
    expect(await second.next('publish')).toMatchObject({ packetId, dup: true })
    await second.expectNothing()
  })

  it.each(levels)('to level %i: with it the delivery is over', async (level) => {
    const instance = await startInstance()
    const first = await instance.connect(keptSession(level))
    await first.subscribe('a', 1)
    await (await instance.connect()).publish('a', 'x', { qos: 1 })
    await first.receive()
    await first.expectNothing()
    await first.destroy()
    const second = await instance.connect(keptSession(level))
    await second.expectNothing()
  })
})

statement(
  'MQTT-4.3.2-4',
  'A received QoS 1 message is answered with PUBACK when the server has taken it.',
  () => {
    it.each(levels)('from level %i: with its packet id, once', async (level) => {
      const client = await (await startInstance()).connect({ level })
      client.sendPublish('a', 'x', { qos: 1, packetId: 0xfffe })
      expect(await client.next()).toMatchObject({ type: 'puback', packetId: 0xfffe })
      await client.expectNothing()
    })

    it.each(levels)('from level %i: what was acknowledged reaches an absent subscriber', async (level) => {
      const instance = await startInstance()
      const away = await instance.connect(keptSession(level))
      await away.subscribe('a', 1)
      await away.destroy()
      const publisher = await instance.connect({ level })
      await publisher.publish('a', 'kept', { qos: 1 })
      await publisher.destroy()
      const back = await instance.connect(keptSession(level))
      expect((await back.receive()).payload.toString()).toBe('kept')
      await back.expectNothing()
    })
  }
)

statement('MQTT-4.3.2-5', 'After PUBACK the same packet id is a new message, with and without DUP.', () => {
  it.each(levels)('from level %i', async (level) => {
    const instance = await startInstance()
    const watcher = await instance.connect({ autoAck: true })
    await watcher.subscribe('a', 1)
    const publisher = await instance.connect({ level })
    for (const dup of [false, true, false]) {
      await publisher.publish('a', `dup ${dup}`, { qos: 1, packetId: 5, dup })
      expect(await watcher.receive()).toMatchObject({ payload: Buffer.from(`dup ${dup}`), dup: false })
    }
    await watcher.expectNothing()
    await publisher.expectNothing()
  })
})

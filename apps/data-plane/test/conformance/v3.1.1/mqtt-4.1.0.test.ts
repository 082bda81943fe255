import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { keptSession } from '../support/kept-session.js'
import { levelsBefore5 } from '../support/levels-before-5.js'
import { statement } from '../support/statement.js'
import { untilGone } from '../support/until-gone.js'

const hourMs = 3_600_000
const yearMs = 365 * 24 * hourMs

statement('MQTT-4.1.0-1', 'The server stores the session state for the whole session.', () => {
  it.each(levelsBefore5)(
    'of level %i: subscriptions, deliveries and received ids, while away',
    async (level) => {
      const instance = await startInstance()
      const watcher = await instance.connect({ autoAck: true })
      await watcher.subscribe('b', 2)
      const first = await instance.connect(keptSession(level))
      await first.subscribe('a', 2)
      const publisher = await instance.connect()
      for (const payload of ['released', 'published']) await publisher.publish('a', payload, { qos: 2 })
      const [released, published] = [await first.next('publish'), await first.next('publish')]
      first.ack('pubrec', released.packetId)
      await first.next('pubrel')
      const received = first.sendPublish('b', 'once', { qos: 2 })
      await first.next('pubrec')
      await first.destroy()
      await untilGone(instance)
      await publisher.publish('a', 'waiting', { qos: 2 })
      instance.sweepIn(hourMs)

      const second = await instance.connect(keptSession(level))
      expect(await second.next()).toMatchObject({ type: 'pubrel', packetId: released.packetId })
      expect(await second.next('publish')).toMatchObject({ packetId: published.packetId, dup: true })
      expect(await second.next('publish')).toMatchObject({ dup: false, payload: Buffer.from('waiting') })
      second.sendPublish('b', 'once', { qos: 2, packetId: received, dup: true })
      await second.next('pubrec')
      await second.release(received)
      expect((await watcher.receive()).payload.toString()).toBe('once')
      await watcher.expectNothing()
      await second.expectNothing()
    }
  )
})

statement('MQTT-4.1.0-2', 'A session lasts at least as long as its connection.', () => {
  it.each([true, false])('also a quiet one: Clean Session %s', async (cleanStart) => {
    const instance = await startInstance()
    for (const level of levelsBefore5) {
      const client = await instance.connect({ level, clientId: `level-${level}`, cleanStart })
      await client.subscribe('a', 1)
      instance.sweepIn(yearMs)
      await client.publish('a', 'x', { qos: 1 })
      await client.receive()
      await client.expectNothing()
      await client.disconnect()
    }
  })
})

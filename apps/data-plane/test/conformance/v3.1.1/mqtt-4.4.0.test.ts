import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { keptSession } from '../support/kept-session.js'
import { levelsBefore5 } from '../support/levels-before-5.js'
import { statement } from '../support/statement.js'

statement(
  'MQTT-4.4.0-1',
  'When a session goes on, unacknowledged PUBLISH and PUBREL are sent again with their packet ids.',
  () => {
    it.each(levelsBefore5)('to level %i; what was acknowledged is not', async (level) => {
      const instance = await startInstance()
      const first = await instance.connect(keptSession(level))
      await first.subscribe('a', 2)
      const publisher = await instance.connect()
      await publisher.publish('a', 'one', { qos: 1 })
      await publisher.publish('a', 'two', { qos: 2 })
      await publisher.publish('a', 'released', { qos: 2 })
      await publisher.publish('a', 'over', { qos: 1 })
      const [one, two] = [await first.next('publish'), await first.next('publish')]
      const released = await first.next('publish')
      first.ack('pubrec', released.packetId)
      await first.next('pubrel')
      await first.receive()
      await first.ping()
      await first.destroy()
      for (let time = 0; time < 2; time++) {
        const again = await instance.connect(keptSession(level))
        expect(await again.next()).toMatchObject({ ...one, dup: true })
        expect(await again.next()).toMatchObject({ ...two, dup: true })
        expect(await again.next()).toMatchObject({ type: 'pubrel', packetId: released.packetId })
        await again.expectNothing()
        await again.destroy()
      }
    })

    it.each(levelsBefore5)('to level %i not while its connection is there', async (level) => {
      const instance = await startInstance()
      const client = await instance.connect(keptSession(level))
      await client.subscribe('a', 2)
      const publisher = await instance.connect()
      for (const qos of [1, 2] as const) await publisher.publish('a', 'x', { qos })
      await client.next('publish')
      client.ack('pubrec', (await client.next('publish')).packetId)
      await client.next('pubrel')
      instance.sweepIn(3_600_000)
      await client.expectNothing()
    })

    it.each(levelsBefore5)('to level %i not with Clean Session', async (level) => {
      const instance = await startInstance()
      const first = await instance.connect(keptSession(level))
      await first.subscribe('a', 1)
      await (await instance.connect()).publish('a', 'x', { qos: 1 })
      await first.next('publish')
      await first.destroy()
      const clean = await instance.connect({ level, clientId: 'me', cleanStart: true })
      await clean.expectNothing()
    })
  }
)

import { reasonCodes } from '@parley/mqtt-wire'
import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { levels } from '../../support/versions.js'
import { keptSession } from '../support/kept-session.js'
import { statement } from '../support/statement.js'

const hourMs = 3_600_000

statement(
  'MQTT-4.4.0-1',
  'Unacknowledged PUBLISH and PUBREL are sent again on a reconnect, at no other time.',
  () => {
    it.each(levels)('to level %i: with their packet ids, and what was acknowledged is not', async (level) => {
      const instance = await startInstance()
      const first = await instance.connect(keptSession(level))
      await first.subscribe('a', 2)
      const publisher = await instance.connect()
      const messages = [
        { payload: 'one', qos: 1 },
        { payload: 'two', qos: 2 },
        { payload: 'released', qos: 2 },
        { payload: 'over', qos: 1 }
      ] as const
      for (const { payload, qos } of messages) await publisher.publish('a', payload, { qos })
      const [one, two, released, over] = [
        await first.next('publish'),
        await first.next('publish'),
        await first.next('publish'),
        await first.next('publish')
      ]
      first.ack('pubrec', released.packetId)
      await first.next('pubrel')
      await first.acknowledge(over)
      await first.ping()
      await first.destroy()
      const second = await instance.connect(keptSession(level))
      expect(await second.next()).toMatchObject({ ...one, dup: true })
      expect(await second.next()).toMatchObject({ ...two, dup: true })
      expect(await second.next()).toMatchObject({ type: 'pubrel', packetId: released.packetId })
      await second.expectNothing()
    })

    it.each(levels)('to level %i: not while the connection is there, however long', async (level) => {
      const instance = await startInstance()
      const client = await instance.connect(keptSession(level))
      await client.subscribe('a', 2)
      const publisher = await instance.connect()
      for (const qos of [1, 2] as const) await publisher.publish('a', 'x', { qos })
      const [, second] = [await client.next('publish'), await client.next('publish')]
      client.ack('pubrec', second.packetId)
      await client.next('pubrel')
      instance.sweepIn(hourMs)
      await client.expectNothing()
    })

    it.each(levels)('to level %i: not to a session that starts clean', async (level) => {
      const instance = await startInstance()
      const first = await instance.connect(keptSession(level))
      await first.subscribe('a', 1)
      const publisher = await instance.connect()
      await publisher.publish('a', 'x', { qos: 1 })
      await first.next('publish')
      await first.destroy()
      const second = await instance.connect({ ...keptSession(level), cleanStart: true })
      await second.expectNothing()
    })
  }
)

statement(
  'MQTT-4.4.0-2',
  'A PUBACK or PUBREC from 0x80 on acknowledges the message: it is not sent again.',
  () => {
    it.each([1, 2] as const)('at QoS %i', async (qos) => {
      const instance = await startInstance({ limits: { maxInflight: 1 } })
      const first = await instance.connect(keptSession(5))
      await first.subscribe('a', qos)
      const publisher = await instance.connect()
      for (const payload of ['refused', 'next']) await publisher.publish('a', payload, { qos })
      const { packetId } = await first.next('publish')
      first.ack(qos === 1 ? 'puback' : 'pubrec', packetId, reasonCodes.unspecifiedError)
      expect((await first.receive()).payload.toString()).toBe('next')
      await first.expectNothing()
      await first.destroy()
      const second = await instance.connect(keptSession(5))
      await second.expectNothing()
    })
  }
)

import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { keptSession } from '../support/kept-session.js'
import { levelsBefore5 } from '../support/levels-before-5.js'
import { nextBytes } from '../support/next-bytes.js'
import { statement } from '../support/statement.js'
import { untilGone } from '../support/until-gone.js'

statement(
  'MQTT-4.3.2-1',
  'The sender of a QoS 1 message gives it an unused packet id, sends it without DUP, and holds it for unacknowledged until its PUBACK.',
  () => {
    it.each(levelsBefore5)('to level %i: ids under way differ, and DUP is not passed on', async (level) => {
      const instance = await startInstance()
      const client = await instance.connect({ level })
      await client.subscribe('a', 1)
      const publisher = await instance.connect()
      const ids = new Set<number>()
      for (let number = 0; number < 10; number++) {
        await publisher.publish('a', 'x', { qos: 1, dup: true, packetId: 700 })
        const packet = await client.next('publish')
        expect(packet).toMatchObject({ qos: 1, dup: false })
        ids.add(packet.packetId)
      }
      expect(ids.size).toBe(10)
      expect(ids).not.toContain(0)
      await client.expectNothing()
    })

    it.each(levelsBefore5)('to level %i: no other acknowledgement ends it', async (level) => {
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
      second.ack('puback', packetId)
      await second.expectNothing()
      await second.destroy()
      await (await instance.connect(keptSession(level))).expectNothing()
    })
  }
)

statement(
  'MQTT-4.3.2-2',
  'The receiver of a QoS 1 message answers PUBACK with its packet id once it has taken it, and takes the same id for a new message after it.',
  () => {
    it.each(levelsBefore5)('from level %i: once', async (level) => {
      const client = await (await startInstance()).connect({ level })
      const answer = nextBytes(client)
      client.sendBytes('3206 0001 61 fffe 78')
      expect(await answer).toBe('4002fffe')
      await client.next('puback')
      await client.expectNothing()
    })

    it.each(levelsBefore5)(
      'from level %i: what was acknowledged reaches an absent subscriber',
      async (level) => {
        const instance = await startInstance()
        const away = await instance.connect(keptSession(level))
        await away.subscribe('a', 1)
        await away.destroy()
        await untilGone(instance)
        const publisher = await instance.connect({ level })
        await publisher.publish('a', 'kept', { qos: 1 })
        await publisher.destroy()
        const back = await instance.connect(keptSession(level))
        expect((await back.receive()).payload.toString()).toBe('kept')
        await back.expectNothing()
      }
    )

    it.each(levelsBefore5)('from level %i: the same id is new, with DUP or without', async (level) => {
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
  }
)

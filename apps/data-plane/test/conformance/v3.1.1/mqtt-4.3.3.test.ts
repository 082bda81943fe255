import type { MqttProbe } from '@parley/testkit'
import { expect, it } from 'vitest'
import { startInstance, type TestInstance } from '../../support/data-plane.js'
import { keptSession } from '../support/kept-session.js'
import { atLevelsBefore5, type LevelBefore5, levelsBefore5 } from '../support/levels-before-5.js'
import { nextBytes } from '../support/next-bytes.js'
import { statement } from '../support/statement.js'
import { untilGone } from '../support/until-gone.js'

/** A kept session that was sent a QoS 2 message and has not answered. */
async function delivered(level: LevelBefore5) {
  const instance = await startInstance()
  const client = await instance.connect(keptSession(level))
  await client.subscribe('a', 2)
  await (await instance.connect()).publish('a', 'x', { qos: 2 })
  const packet = await client.next('publish')
  return { instance, client, packet, packetId: packet.packetId }
}

/** The same session over a new connection. */
async function reconnected(instance: TestInstance, client: MqttProbe): Promise<MqttProbe> {
  await client.destroy()
  return instance.connect(keptSession(client.level))
}

statement(
  'MQTT-4.3.3-1',
  'The sender of a QoS 2 message gives it an unused packet id, sends it without DUP, holds it for unacknowledged until PUBREC, answers PUBREL with the same id, holds that for unacknowledged until PUBCOMP, and does not send the PUBLISH again.',
  () => {
    it.each(levelsBefore5)('to level %i: ids under way differ, in either step', async (level) => {
      const { instance, client, packet, packetId } = await delivered(level)
      expect(packet).toMatchObject({ qos: 2, dup: false })
      client.ack('pubrec', packetId)
      await client.next('pubrel')
      const publisher = await instance.connect()
      const ids = new Set([packetId])
      for (let number = 0; number < 9; number++) {
        await publisher.publish('a', 'x', { qos: 2, dup: true })
        const next = await client.next('publish')
        expect(next).toMatchObject({ qos: 2, dup: false })
        ids.add(next.packetId)
      }
      expect(ids.size).toBe(10)
      expect(ids).not.toContain(0)
    })

    it.each(levelsBefore5)('to level %i: only PUBREC ends the first step', async (level) => {
      const { instance, client, packetId } = await delivered(level)
      client.ack('puback', packetId)
      client.ack('pubcomp', packetId)
      await client.expectNothing()
      const again = await reconnected(instance, client)
      expect(await again.next('publish')).toMatchObject({ packetId, dup: true, qos: 2 })
      await again.expectNothing()
    })

    it.each(levelsBefore5)('to level %i: PUBREC is answered with PUBREL, each time', async (level) => {
      const { client, packetId } = await delivered(level)
      for (let time = 0; time < 2; time++) {
        client.ack('pubrec', packetId)
        expect(await client.next()).toMatchObject({ type: 'pubrel', packetId })
      }
      await client.expectNothing()
    })

    it.each(levelsBefore5)('to level %i: then only PUBREL comes again, until PUBCOMP', async (level) => {
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
  }
)

statement(
  'MQTT-4.3.3-2',
  'The receiver of a QoS 2 message answers PUBREC with its packet id once it has taken it, until PUBREL takes the same id for the same message, answers PUBREL with PUBCOMP, and takes the id for a new message after it.',
  () => {
    it.each(levelsBefore5)('from level %i: each step with its id', async (level) => {
      const client = await (await startInstance()).connect({ level })
      const answer = nextBytes(client)
      client.sendBytes('3406 0001 61 fffe 78  6202 fffe')
      expect(await answer).toBe('5002fffe' + '7002fffe')
      await client.next('pubrec')
      await client.next('pubcomp')
      await client.expectNothing()
    })

    it.each(levelsBefore5)('from level %i: after PUBREC it reaches an absent subscriber', async (level) => {
      const instance = await startInstance()
      const away = await instance.connect(keptSession(level))
      await away.subscribe('a', 2)
      await away.destroy()
      await untilGone(instance)
      const publisher = await instance.connect({ level })
      publisher.sendPublish('a', 'kept', { qos: 2 })
      await publisher.next('pubrec')
      await publisher.destroy()
      const back = await instance.connect(keptSession(level))
      expect((await back.receive()).payload.toString()).toBe('kept')
      await back.expectNothing()
    })

    const repeats = atLevelsBefore5([{ dup: true }, { dup: false }])
    it.each(repeats)('from level $level: it comes again with DUP $dup', async ({ level, dup }) => {
      const instance = await startInstance()
      const watcher = await instance.connect({ autoAck: true })
      await watcher.subscribe('a', 2)
      const publisher = await instance.connect({ level })
      const packetId = publisher.sendPublish('a', 'x', { qos: 2 })
      for (let time = 0; time < 3; time++) publisher.sendPublish('a', 'x', { qos: 2, packetId, dup })
      for (let time = 0; time < 4; time++) {
        expect(await publisher.next()).toMatchObject({ type: 'pubrec', packetId })
      }
      await publisher.release(packetId)
      await watcher.receive()
      await watcher.expectNothing()
    })

    it.each(levelsBefore5)('from level %i: it comes again in the next connection', async (level) => {
      const instance = await startInstance()
      const watcher = await instance.connect({ autoAck: true })
      await watcher.subscribe('a', 2)
      const first = await instance.connect(keptSession(level))
      const packetId = first.sendPublish('a', 'x', { qos: 2 })
      await first.next('pubrec')
      const second = await reconnected(instance, first)
      second.sendPublish('a', 'x', { qos: 2, packetId, dup: true })
      expect(await second.next()).toMatchObject({ type: 'pubrec', packetId })
      const third = await reconnected(instance, second)
      await third.release(packetId)
      await watcher.receive()
      await watcher.expectNothing()
    })

    it.each(levelsBefore5)('from level %i: PUBREL is answered also when it comes again', async (level) => {
      const client = await (await startInstance()).connect({ level })
      await client.publish('a', 'x', { qos: 2, packetId: 5 })
      await client.release(5)
      await client.release(6)
      await client.expectNothing()
    })

    it.each(levelsBefore5)(
      'from level %i: after PUBCOMP the id is new, with DUP or without',
      async (level) => {
        const instance = await startInstance()
        const watcher = await instance.connect({ autoAck: true })
        await watcher.subscribe('a', 2)
        const publisher = await instance.connect({ level })
        for (const dup of [false, true, false]) {
          await publisher.publish('a', `dup ${dup}`, { qos: 2, packetId: 5, dup })
          expect(await watcher.receive()).toMatchObject({ payload: Buffer.from(`dup ${dup}`), dup: false })
        }
        await watcher.expectNothing()
      }
    )
  }
)

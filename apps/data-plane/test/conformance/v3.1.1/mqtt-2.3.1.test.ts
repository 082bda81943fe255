import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { expectClosed } from '../support/closed-without-a-word.js'
import { keptSession } from '../support/kept-session.js'
import { atLevelsBefore5, levelsBefore5 } from '../support/levels-before-5.js'
import { nextBytes } from '../support/next-bytes.js'
import { noTest, statement } from '../support/statement.js'

const withPacketId0 = atLevelsBefore5([
  { what: 'PUBLISH at QoS 1', bytes: '3206 0001 61 0000 78' },
  { what: 'PUBLISH at QoS 2', bytes: '3406 0001 61 0000 78' },
  { what: 'SUBSCRIBE', bytes: '8206 0000 0001 61 00' },
  { what: 'UNSUBSCRIBE', bytes: 'a205 0000 0001 61' }
])

statement('MQTT-2.3.1-1', 'SUBSCRIBE, UNSUBSCRIBE and PUBLISH above QoS 0 have a packet id, not 0.', () => {
  it.each(withPacketId0)('$what with 0 closes a connection of level $level', async ({ level, bytes }) => {
    await expectClosed(level, bytes)
  })

  const withoutPacketId = atLevelsBefore5([
    { what: 'PUBLISH at QoS 1', bytes: '3203 0001 61' },
    { what: 'PUBLISH at QoS 2', bytes: '3404 0001 61 00' },
    { what: 'SUBSCRIBE', bytes: '8200' },
    { what: 'UNSUBSCRIBE', bytes: 'a201 00' }
  ])
  it.each(withoutPacketId)('$what without closes a connection of level $level', async ({ level, bytes }) => {
    await expectClosed(level, bytes)
  })
})

noTest('MQTT-2.3.1-2', 'A client gives a new packet a packet id that is not in use.', 'binds the client')

statement('MQTT-2.3.1-3', 'A packet sent again keeps its id, which is free once it was acknowledged.', () => {
  it.each(levelsBefore5)(
    'the server takes one id of level %i for one packet after another',
    async (level) => {
      const instance = await startInstance()
      const watcher = await instance.connect({ autoAck: true })
      await watcher.subscribe('a', 2)
      const client = await instance.connect({ level })
      client.sendBytes('8206 0009 0001 62 00')
      expect(await client.next()).toMatchObject({ type: 'suback', packetId: 9 })
      for (const payload of ['1', '2']) await client.publish('a', payload, { qos: 1, packetId: 9 })
      for (const payload of ['3', '4']) await client.publish('a', payload, { qos: 2, packetId: 9 })
      client.sendBytes('a205 0009 0001 62')
      expect(await client.next()).toMatchObject({ type: 'unsuback', packetId: 9 })
      for (const payload of ['1', '2', '3', '4']) {
        expect((await watcher.receive()).payload.toString()).toBe(payload)
      }
      await watcher.expectNothing()
      await client.expectNothing()
    }
  )
})

statement('MQTT-2.3.1-4', 'The same holds for what the server publishes above QoS 0.', () => {
  it.each(levelsBefore5)(
    'what it sends again to level %i keeps its id, and no other has it',
    async (level) => {
      const instance = await startInstance()
      const first = await instance.connect(keptSession(level))
      await first.subscribe('a', 2)
      const publisher = await instance.connect()
      await publisher.publish('a', 'one', { qos: 1 })
      await publisher.publish('a', 'two', { qos: 2 })
      const sent = [await first.next('publish'), await first.next('publish')]
      await first.destroy()
      const second = await instance.connect(keptSession(level))
      for (const { packetId, payload } of sent) {
        expect(await second.next('publish')).toMatchObject({ packetId, payload })
      }
      for (let number = 0; number < 20; number++) {
        await publisher.publish('a', `${number}`, { qos: 1 })
        const { packetId } = await second.receive()
        expect([0, ...sent.map(({ packetId }) => packetId)]).not.toContain(packetId)
      }
      await second.expectNothing()
    }
  )
})

statement('MQTT-2.3.1-5', 'A PUBLISH at QoS 0 has no packet id.', () => {
  it.each(levelsBefore5)('neither what level %i sends nor what it gets', async (level) => {
    const client = await (await startInstance()).connect({ level })
    await client.subscribe('a', 2)
    const payloadLikeAnId = '0007'
    const bytes = `3005 000161 ${payloadLikeAnId}`.replaceAll(' ', '')
    const delivered = nextBytes(client)
    client.sendBytes(bytes)
    expect(await delivered).toBe(bytes)
  })
})

statement(
  'MQTT-2.3.1-6',
  'PUBACK, PUBREC and PUBREL have the packet id of the PUBLISH that they are for.',
  () => {
    it.each(levelsBefore5)('of level %i, whatever else is under way', async (level) => {
      const client = await (await startInstance()).connect({ level })
      client.sendBytes('3406 0001 61 abcd 78  3206 0001 61 ffff 78  6202 abcd')
      expect(await client.next()).toMatchObject({ type: 'pubrec', packetId: 0xabcd })
      expect(await client.next()).toMatchObject({ type: 'puback', packetId: 0xffff })
      expect(await client.next()).toMatchObject({ type: 'pubcomp', packetId: 0xabcd })
      await client.expectNothing()
    })

    it.each(levelsBefore5)('PUBREL to level %i has that of its PUBREC', async (level) => {
      const instance = await startInstance()
      const client = await instance.connect({ level })
      await client.subscribe('a', 2)
      const publisher = await instance.connect()
      for (const payload of ['x', 'y']) await publisher.publish('a', payload, { qos: 2 })
      const sent = [await client.next('publish'), await client.next('publish')]
      for (const { packetId } of sent.toReversed()) {
        client.ack('pubrec', packetId)
        expect(await client.next()).toMatchObject({ type: 'pubrel', packetId })
      }
      await client.expectNothing()
    })
  }
)

statement('MQTT-2.3.1-7', 'SUBACK and UNSUBACK have the packet id of what they answer.', () => {
  it.each(levelsBefore5)('to level %i', async (level) => {
    const client = await (await startInstance()).connect({ level })
    const answer = nextBytes(client)
    client.sendBytes('8206 fedc 0001 61 01  a205 1234 0001 61')
    expect(await answer).toBe('9003fedc01' + 'b0021234')
  })
})

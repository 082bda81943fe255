import { type ProtocolLevel, reasonCodes } from '@parley/mqtt-wire'
import { expect, it } from 'vitest'
import type { Session } from '../../../src/session/session.js'
import { startInstance } from '../../support/data-plane.js'
import { levels } from '../../support/versions.js'
import { closedFor, told } from '../support/closed-connections.js'
import { nextBytes } from '../support/next-bytes.js'
import { statement } from '../support/statement.js'
import { packet } from '../support/wire.js'

const packetId = 0x1234

function propertiesOf(level: ProtocolLevel): string {
  return level === 5 ? '00' : ''
}

/** As if it had been sent tens of thousands of messages: the ids begin anew soon, where some are not free. */
function nearTheLastId(session: Session): void {
  while (session.nextPacketId() < 65_530);
}

statement('MQTT-2.2.1-2', 'A PUBLISH at QoS 0 carries no packet id.', () => {
  it.each(levels)('is delivered without one to level %i', async (level) => {
    const instance = await startInstance()
    const client = await instance.connect({ level })
    await client.subscribe('a', 2)
    const delivered = nextBytes(client)
    await (await instance.connect()).publish('a', 'x')
    expect(await delivered).toBe(packet('30', `000161${propertiesOf(level)}78`))
  })

  it.each(levels)(
    'is read without one: two bytes behind the topic of level %i are payload',
    async (level) => {
      const instance = await startInstance()
      const client = await instance.connect({ level })
      await client.subscribe('a', 2)
      client.sendBytes(packet('30', `000161${propertiesOf(level)}0007`))
      expect(await client.next('publish')).toMatchObject({ payload: Buffer.from([0, 7]) })
      await client.expectNothing()
    }
  )
})

statement('MQTT-2.2.1-3', 'A client gives a new packet an unused packet id, which is never 0.', () => {
  const { malformedPacket, protocolError } = reasonCodes
  const zeros = levels.flatMap((level) => {
    const properties = propertiesOf(level)
    return [
      {
        what: 'PUBLISH at QoS 1',
        bytes: packet('32', `000161 0000 ${properties} 78`),
        reason: protocolError
      },
      {
        what: 'PUBLISH at QoS 2',
        bytes: packet('34', `000161 0000 ${properties} 78`),
        reason: protocolError
      },
      { what: 'SUBSCRIBE', bytes: packet('82', `0000 ${properties} 000161 00`), reason: malformedPacket },
      { what: 'UNSUBSCRIBE', bytes: packet('a2', `0000 ${properties} 000161`), reason: malformedPacket }
    ].map((packet) => ({ ...packet, level }))
  })
  it.each(zeros)('$what with 0 closes a connection of level $level', async ({ level, bytes, reason }) => {
    expect(await closedFor(level, bytes)).toBe(told(level, reason))
  })
})

statement('MQTT-2.2.1-4', 'The server gives a new PUBLISH an unused packet id, which is never 0.', () => {
  it.each(levels)('unfinished deliveries to level %i have ids of their own', async (level) => {
    const instance = await startInstance({ limits: { maxInflight: 10 } })
    const client = await instance.connect({ level })
    await client.subscribe('a', 2)
    const publisher = await instance.connect()
    const unfinished = new Set<number>()
    for (let number = 0; number < 60; number++) {
      if (number === 20) nearTheLastId(instance.broker.clients[client.clientId]!.session!)
      const qos = number % 2 === 0 ? 1 : 2
      await publisher.publish('a', `${number}`, { qos })
      const delivery = await client.next('publish')
      expect(delivery.packetId).toBeGreaterThan(0)
      expect(unfinished).not.toContain(delivery.packetId)
      // Every seventh stays open; the ids of the others are free again.
      if (number % 7 === 0) unfinished.add(delivery.packetId)
      else await client.acknowledge(delivery)
    }
    expect(unfinished.size).toBe(9)
    await client.expectNothing()
  })
})

statement('MQTT-2.2.1-5', 'An acknowledgement names the packet id of the PUBLISH that it is for.', () => {
  it.each(levels)('of a publisher of level %i, whatever else is under way', async (level) => {
    const instance = await startInstance()
    const client = await instance.connect({ level })
    await client.subscribe('a', 0)
    client.sendPublish('a', 'x', { qos: 2, packetId })
    client.sendPublish('a', 'y', { qos: 1, packetId: 0xffff })
    expect(await client.next('pubrec')).toMatchObject({ packetId, reasonCode: 0 })
    expect(await client.next('puback')).toMatchObject({ packetId: 0xffff, reasonCode: 0 })
    client.ack('pubrel', packetId)
    expect(await client.next('pubcomp')).toMatchObject({ packetId, reasonCode: 0 })
  })

  it.each(levels)(
    'of a subscriber of level %i: PUBREL follows the PUBREC with the same id',
    async (level) => {
      const instance = await startInstance()
      const client = await instance.connect({ level })
      await client.subscribe('a', 2)
      const publisher = await instance.connect()
      for (const payload of ['x', 'y']) await publisher.publish('a', payload, { qos: 2 })
      const [first, second] = [await client.next('publish'), await client.next('publish')]
      for (const { packetId } of [second, first]) {
        client.ack('pubrec', packetId)
        expect((await client.next('pubrel')).packetId).toBe(packetId)
        client.ack('pubcomp', packetId)
      }
      await client.expectNothing()
    }
  )
})

statement('MQTT-2.2.1-6', 'SUBACK and UNSUBACK name the packet id of what they answer.', () => {
  it.each(levels)('to level %i', async (level) => {
    const client = await (await startInstance()).connect({ level })
    const properties = propertiesOf(level)
    client.sendBytes(packet('82', `1234 ${properties} 000161 00`))
    client.sendBytes(packet('a2', `ffff ${properties} 000161`))
    client.sendBytes(packet('82', `1234 ${properties} 000161 01`))
    expect(await client.next()).toMatchObject({ type: 'suback', packetId, reasonCodes: [0] })
    expect(await client.next()).toMatchObject({ type: 'unsuback', packetId: 0xffff })
    expect(await client.next()).toMatchObject({ type: 'suback', packetId, reasonCodes: [1] })
    await client.expectNothing()
  })
})

import { type PublishPacket, reasonCodes } from '@parley/mqtt-wire'
import type { MqttProbe } from '@parley/testkit'
import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { statement } from '../support/statement.js'

const { noMatchingSubscribers, unspecifiedError } = reasonCodes

/** A client with this Receive Maximum and ten messages for it, at the QoS. */
async function withMessages(receiveMaximum: number | undefined, qos: 1 | 2) {
  const instance = await startInstance()
  const client = await instance.connect({ level: 5, properties: { receiveMaximum } })
  await client.subscribe(['a', 'unhurried'], qos)
  const publisher = await instance.connect()
  for (let number = 0; number < 10; number++) await publisher.publish('a', `${number}`, { qos })
  return { instance, client, publisher }
}

/** Takes the messages that are there; no other packet is. */
async function take(client: MqttProbe, count: number): Promise<PublishPacket[]> {
  const packets: PublishPacket[] = []
  for (let number = 0; number < count; number++) packets.push(await client.next('publish'))
  await client.expectNothing()
  return packets
}

statement('MQTT-4.9.0-1', 'The first send quota is not 0 and not above Receive Maximum.', () => {
  it.each([1, 2, 9])('with Receive Maximum %i as many are sent, not more', async (receiveMaximum) => {
    const { client } = await withMessages(receiveMaximum, 1)
    await take(client, receiveMaximum)
  })

  it('without Receive Maximum all ten are', async () => {
    const { client } = await withMessages(undefined, 1)
    await take(client, 10)
  })

  it('it begins anew with a new connection', async () => {
    const instance = await startInstance()
    const kept = { level: 5 as const, clientId: 'me', cleanStart: false }
    const properties = { sessionExpiryInterval: 60 }
    const first = await instance.connect({ ...kept, properties: { ...properties, receiveMaximum: 4 } })
    await first.subscribe('a', 1)
    const publisher = await instance.connect()
    for (let number = 0; number < 6; number++) await publisher.publish('a', `${number}`, { qos: 1 })
    await take(first, 4)
    await first.disconnect()
    const second = await instance.connect({ ...kept, properties: { ...properties, receiveMaximum: 2 } })
    const packets = await take(second, 2)
    expect(packets.map(({ dup, payload }) => ({ dup, payload: payload.toString() }))).toEqual([
      { dup: true, payload: '0' },
      { dup: true, payload: '1' }
    ])
  })
})

statement('MQTT-4.9.0-2', 'Each QoS 1 or 2 PUBLISH takes one of the quota; at 0 none is sent.', () => {
  it('PUBACK gives one back, whatever its reason code', async () => {
    const { client } = await withMessages(2, 1)
    const [first, second] = await take(client, 2)
    client.ack('puback', second!.packetId)
    await take(client, 1)
    client.ack('puback', first!.packetId, unspecifiedError)
    await take(client, 1)
  })

  it('PUBREC from 0x80 on gives one back', async () => {
    const { client } = await withMessages(2, 2)
    const [first] = await take(client, 2)
    client.ack('pubrec', first!.packetId, unspecifiedError)
    await take(client, 1)
  })

  it.each([0, noMatchingSubscribers])('PUBREC with %i gives none back, PUBCOMP does', async (reasonCode) => {
    const { client } = await withMessages(1, 2)
    const [first] = await take(client, 1)
    client.ack('pubrec', first!.packetId, reasonCode)
    await client.next('pubrel')
    await client.expectNothing()
    client.ack('pubcomp', first!.packetId)
    await take(client, 1)
  })

  it('what acknowledges nothing gives none back', async () => {
    const { client } = await withMessages(1, 1)
    const [first] = await take(client, 1)
    client.ack('puback', first!.packetId + 1)
    client.ack('pubcomp', first!.packetId)
    await client.expectNothing()
    client.ack('puback', first!.packetId)
    await take(client, 1)
  })
})

statement('MQTT-4.9.0-3', 'At a quota of 0 every other packet is processed and answered.', () => {
  it('PINGREQ, SUBSCRIBE, UNSUBSCRIBE, and messages of the client itself', async () => {
    const { client } = await withMessages(1, 1)
    await take(client, 1)
    await client.ping()
    expect((await client.subscribe('b')).reasonCodes).toEqual([0])
    expect((await client.unsubscribe('b')).reasonCodes).toEqual([0])
    for (const qos of [1, 2] as const) {
      expect(await client.publish('c', 'x', { qos })).toBe(noMatchingSubscribers)
    }
    await client.expectNothing()
  })

  it('a QoS 0 message passes those that wait', async () => {
    const { client, publisher } = await withMessages(1, 1)
    await take(client, 1)
    await publisher.publish('unhurried', 'x')
    const [packet] = await take(client, 1)
    expect(packet).toMatchObject({ topic: 'unhurried', qos: 0 })
  })

  it('DISCONNECT ends the connection', async () => {
    const { client, instance } = await withMessages(1, 1)
    await take(client, 1)
    await client.disconnect()
    expect(instance.broker.clients[client.clientId]).toBeUndefined()
  })
})

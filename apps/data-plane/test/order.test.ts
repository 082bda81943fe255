import type { PublishPacket } from '@parley/mqtt-wire'
import { describe, expect, it } from 'vitest'
import { startInstance } from './support/data-plane.js'
import { allQos } from './support/versions.js'

const messages = 200

function numberOf({ payload }: PublishPacket): number {
  return Number(payload.toString())
}

const numbers = Array.from({ length: messages }, (_, number) => number)

describe('the publishes of one client to one topic', () => {
  it.each(allQos)('leave in order at QoS %i, retained and plain mixed, many in one segment', async (qos) => {
    const instance = await startInstance()
    const subscriber = await instance.connect({ autoAck: true })
    await subscriber.subscribe('a/+', qos)
    const publisher = await instance.connect({ autoAck: true })
    const packets = numbers.map((number) =>
      publisher.publishPacket('a/b', String(number), { qos, retain: number % 3 === 0 })
    )
    publisher.send(...packets)
    const received: number[] = []
    for (const _ of numbers) received.push(numberOf(await subscriber.receive()))
    expect(received).toEqual(numbers)
    if (qos === 2) for (const { packetId } of packets) await publisher.release(packetId)
    await subscriber.expectNothing()
  })

  it('stay in order through the queue of an absent client and a small window', async () => {
    const instance = await startInstance({ limits: { maxInflight: 3 } })
    const me = { clientId: 'me', cleanStart: false }
    const away = await instance.connect(me)
    await away.subscribe('a', 1)
    await away.disconnect()
    const publisher = await instance.connect()
    const half = messages / 2
    for (const number of numbers.slice(0, half)) await publisher.publish('a', String(number), { qos: 1 })
    const back = await instance.connect({ ...me, autoAck: true })
    for (const number of numbers.slice(half)) publisher.sendPublish('a', String(number), { qos: 1 })
    const received: number[] = []
    for (const _ of numbers) received.push(numberOf(await back.receive()))
    expect(received).toEqual(numbers)
  })

  it('are acknowledged in the order in which they came', async () => {
    const client = await (await startInstance()).connect()
    const sent = numbers.slice(0, 50).map((number) => client.publishPacket('a', String(number), { qos: 1 }))
    client.send(...sent)
    for (const { packetId } of sent) expect((await client.next('puback')).packetId).toBe(packetId)
  })

  it('that come byte by byte are the same', async () => {
    const instance = await startInstance()
    const subscriber = await instance.connect()
    await subscriber.subscribe('a')
    const publisher = await instance.connect({ level: 4 })
    for (const byte of Buffer.from('300800016168656c6c6f', 'hex')) publisher.sendBytes(Buffer.from([byte]))
    expect((await subscriber.next('publish')).payload.toString()).toBe('hello')
  })
})

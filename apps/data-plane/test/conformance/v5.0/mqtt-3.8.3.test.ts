import { type ProtocolLevel, reasonCodes } from '@parley/mqtt-wire'
import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { allQos, levels } from '../../support/versions.js'
import { closedFor, told } from '../support/closed-connections.js'
import { keptSession } from '../support/kept-session.js'
import { statement } from '../support/statement.js'
import { subscriptionPacket } from '../support/subscription-packets.js'
import { byte } from '../support/wire.js'

const { malformedPacket, protocolError } = reasonCodes

/** What a client of this level hears of a SUBSCRIBE with this payload. */
function closedForSubscribe(level: ProtocolLevel, payload: string): Promise<number | null> {
  return closedFor(level, subscriptionPacket('82', level, payload))
}

statement('MQTT-3.8.3-1', 'A topic filter in SUBSCRIBE is a UTF-8 string.', () => {
  it.each(levels)('of level %i matches with every character that it has', async (level) => {
    const client = await (await startInstance()).connect({ level })
    await client.subscribe('Größe/温度/🌡/+')
    await client.publish('Größe/温度/🌡/x', 'mild')
    expect((await client.next('publish')).topic).toBe('Größe/温度/🌡/x')
    await client.expectNothing()
  })

  const illFormed = levels.flatMap((level) =>
    ['ff', 'c3', 'c0af', 'eda080', 'f8888080'].map((filter) => ({ level, filter }))
  )
  it.each(illFormed)('$filter is none: level $level is closed', async ({ level, filter }) => {
    const payload = `00${byte(filter.length / 2)}${filter}00`
    expect(await closedForSubscribe(level, payload)).toBe(told(level, malformedPacket))
  })
})

statement('MQTT-3.8.3-2', 'A SUBSCRIBE has at least one topic filter with its options.', () => {
  it.each(levels)('without one level %i is closed', async (level) => {
    expect(await closedForSubscribe(level, '')).toBe(told(level, malformedPacket))
  })

  it.each(levels)('with a filter that lacks its options level %i is closed', async (level) => {
    expect(await closedForSubscribe(level, '0001 61')).toBe(told(level, malformedPacket))
  })
})

statement('MQTT-3.8.3-3', 'No Local keeps a message from the client that published it.', () => {
  it.each(allQos)('at QoS %i, and from nobody else', async (qos) => {
    const instance = await startInstance()
    const client = await instance.connect({ level: 5 })
    const other = await instance.connect({ level: 5 })
    for (const subscriber of [client, other]) await subscriber.subscribe('a', qos, { noLocal: true })
    await client.publish('a', 'mine', { qos })
    expect((await other.receive()).payload.toString()).toBe('mine')
    await client.expectNothing()
    await other.publish('a', 'theirs', { qos })
    expect((await client.receive()).payload.toString()).toBe('theirs')
    await other.expectNothing()
  })

  it('by client id: also over a later connection of the publisher', async () => {
    const instance = await startInstance()
    const first = await instance.connect(keptSession(5))
    await first.subscribe('a', 1, { noLocal: true })
    await first.destroy()
    const second = await instance.connect(keptSession(5))
    await second.publish('a', 'mine', { qos: 1 })
    await second.expectNothing()
  })

  it('without it the publisher gets its own message', async () => {
    const client = await (await startInstance()).connect({ level: 5 })
    await client.subscribe('a', 1, { noLocal: false })
    await client.publish('a', 'mine', { qos: 1 })
    expect((await client.receive()).payload.toString()).toBe('mine')
    await client.expectNothing()
  })
})

statement('MQTT-3.8.3-4', 'No Local on a shared subscription is a protocol error.', () => {
  it('closes the connection', async () => {
    const filter = Buffer.from('$share/group/a').toString('hex')
    expect(await closedForSubscribe(5, `000e ${filter} 05`)).toBe(protocolError)
  })
})

statement('MQTT-3.8.3-5', 'A SUBSCRIBE with a reserved bit in its payload is malformed.', () => {
  const reserved = [
    ...[0x40, 0x80, 0xc0].map((options) => ({ level: 5 as const, options })),
    ...[3, 4].flatMap((level) =>
      [0x04, 0x08, 0x10, 0x20, 0x40, 0x80].map((options) => ({ level: level as ProtocolLevel, options }))
    )
  ]
  it.each(reserved)('level $level with options $options is closed', async ({ level, options }) => {
    expect(await closedForSubscribe(level, `0001 61 ${byte(options)}`)).toBe(told(level, malformedPacket))
  })

  it('all other bits are options of 5.0', async () => {
    const client = await (await startInstance()).connect({ level: 5 })
    client.sendBytes(subscriptionPacket('82', 5, '0001 61 2e'))
    expect(await client.next()).toMatchObject({ type: 'suback', reasonCodes: [2] })
    await client.expectNothing()
  })
})

import { type ProtocolLevel, type Qos, reasonCodes } from '@parley/mqtt-wire'
import type { MqttProbe } from '@parley/testkit'
import { eventually } from '@parley/testkit'
import { expect, it } from 'vitest'
import { startInstance, type TestInstance } from '../../support/data-plane.js'
import { allQos, levels } from '../../support/versions.js'
import { closedFor } from '../support/closed-connections.js'
import { keptS, keptSession } from '../support/kept-session.js'
import { statement } from '../support/statement.js'
import { subscriptionPacket } from '../support/subscription-packets.js'
import { text } from '../support/wire.js'

const shared = '$share/group/a'

/** A member with a kept session. */
async function member(instance: TestInstance, level: ProtocolLevel, clientId: string, qos: Qos = 2) {
  const client = await instance.connect(keptSession(level, clientId))
  await client.subscribe(shared, qos)
  return client
}

/** One member that has a message of this QoS and has not answered, and another one that came later. */
async function chosenAndOther(level: ProtocolLevel, qos: 1 | 2) {
  const instance = await startInstance()
  const chosen = await member(instance, level, 'chosen')
  const publisher = await instance.connect()
  await publisher.publish('a', 'x', { qos })
  const { packetId } = await chosen.next('publish')
  return { instance, chosen, packetId, other: await member(instance, level, 'other') }
}

/** The end of the connection, not of the session. */
async function leave(instance: TestInstance, client: MqttProbe): Promise<void> {
  await client.destroy()
  await eventually(() => expect(instance.broker.clients[client.clientId]).toBeUndefined())
}

async function expectMalformed(filter: string): Promise<void> {
  const malformed = reasonCodes.malformedPacket
  expect(await closedFor(5, subscriptionPacket('82', 5, `${text(filter)}00`))).toBe(malformed)
  expect(await closedFor(5, subscriptionPacket('a2', 5, text(filter)))).toBe(malformed)
}

statement(
  'MQTT-4.8.2-1',
  'A shared subscription begins with $share/ and a name of at least one character.',
  () => {
    it.each(levels)('each message goes to one member of level %i, in turn', async (level) => {
      const instance = await startInstance()
      const members = [
        await member(instance, level, 'one'),
        await member(instance, level, 'two'),
        await member(instance, level, 'three')
      ]
      const publisher = await instance.connect()
      for (let number = 0; number < 6; number++) await publisher.publish('a', `${number}`, { qos: 1 })
      const received: string[] = []
      for (const client of members) {
        for (let copy = 0; copy < 2; copy++) received.push((await client.receive()).payload.toString())
        await client.expectNothing()
      }
      expect(received.sort()).toEqual(['0', '1', '2', '3', '4', '5'])
    })

    it.each(levels)(
      'of level %i: each name, and each subscription of its own, gets a copy',
      async (level) => {
        const instance = await startInstance()
        const client = await instance.connect({ level })
        await client.subscribe(['$share/x/a', '$share/温 度/a', 'a'], 1)
        const publisher = await instance.connect()
        await publisher.publish('a', 'x', { qos: 1 })
        for (let copy = 0; copy < 3; copy++) await client.receive()
        await client.expectNothing()
        await client.unsubscribe('$share/x/a')
        await publisher.publish('a', 'y', { qos: 1 })
        for (let copy = 0; copy < 2; copy++) await client.receive()
        await client.expectNothing()
      }
    )

    it.each(levels)('of level %i: without the $ it is a filter like any other', async (level) => {
      const instance = await startInstance()
      const clients = [await instance.connect({ level }), await instance.connect({ level })]
      for (const client of clients) await client.subscribe('share/group/a')
      const publisher = await instance.connect()
      for (const topic of ['a', 'share/group/a']) await publisher.publish(topic, 'x')
      for (const client of clients) {
        expect((await client.next('publish')).topic).toBe('share/group/a')
        await client.expectNothing()
      }
    })

    it.each(['$share', '$share/', '$share//', '$share//a'])('%s is malformed', expectMalformed)
  }
)

statement('MQTT-4.8.2-2', 'The name has no /, + or #, and is followed by a / and a topic filter.', () => {
  it.each(['$share/g', '$share/g/', '$share/+/a', '$share/#/a', '$share/g+/a', '$share/#g/a', '$share/g/a#'])(
    '%s is malformed',
    expectMalformed
  )

  const filters = [
    { filter: 'a/+', matching: 'a/b', other: 'a' },
    { filter: '#', matching: 'b', other: '$b' },
    { filter: '/a', matching: '/a', other: 'a' },
    { filter: '$share/x/a', matching: undefined, other: 'a' }
  ].flatMap((each) => levels.map((level) => ({ ...each, level })))
  it.each(filters)(
    'level $level: $filter behind the name matches as by itself',
    async ({ level, filter, matching, other }) => {
      const client = await (await startInstance()).connect({ level })
      await client.subscribe(`$share/group/${filter}`)
      await client.publish(other, 'x')
      if (matching !== undefined) {
        await client.publish(matching, 'x')
        expect((await client.next('publish')).topic).toBe(matching)
      }
      await client.expectNothing()
    }
  )
})

statement('MQTT-4.8.2-3', 'A message is sent to a member at the QoS that it was granted, at most.', () => {
  const published = levels.flatMap((level) => allQos.map((qos) => ({ level, qos })))
  it.each(published)('level $level: published at QoS $qos', async ({ level, qos }) => {
    const instance = await startInstance()
    const publisher = await instance.connect()
    const members: { client: MqttProbe; granted: Qos }[] = []
    for (const granted of allQos) {
      members.push({ client: await member(instance, level, `granted-${granted}`, granted), granted })
    }
    for (let number = 0; number < 6; number++) await publisher.publish('a', 'x', { qos })
    for (const { client, granted } of members) {
      for (let copy = 0; copy < 2; copy++) {
        expect(await client.receive()).toMatchObject({ qos: Math.min(qos, granted) })
      }
      await client.expectNothing()
    }
  })
})

statement(
  'MQTT-4.8.2-4',
  'A QoS 2 delivery that a disconnect cut off is completed when its member is back.',
  () => {
    it.each(levels)('level %i: before PUBREC', async (level) => {
      const { instance, chosen, packetId, other } = await chosenAndOther(level, 2)
      await leave(instance, chosen)
      await other.expectNothing()
      const back = await instance.connect(keptSession(level, 'chosen'))
      expect(await back.receive()).toMatchObject({ packetId, dup: true, qos: 2, payload: Buffer.from('x') })
      for (const client of [back, other]) await client.expectNothing()
    })

    it.each(levels)('level %i: after PUBREC', async (level) => {
      const { instance, chosen, packetId, other } = await chosenAndOther(level, 2)
      chosen.ack('pubrec', packetId)
      await chosen.next('pubrel')
      await leave(instance, chosen)
      const back = await instance.connect(keptSession(level, 'chosen'))
      expect(await back.next()).toMatchObject({ type: 'pubrel', packetId })
      back.ack('pubcomp', packetId)
      for (const client of [back, other]) await client.expectNothing()
    })
  }
)

statement('MQTT-4.8.2-5', 'When that session ends first, no other member gets the QoS 2 message.', () => {
  it('by its expiry', async () => {
    const { instance, chosen, other } = await chosenAndOther(5, 2)
    await leave(instance, chosen)
    instance.sweepIn((keptS + 1) * 1000)
    await other.expectNothing()
    const back = await instance.connect(keptSession(5, 'chosen'))
    expect(back.connack.sessionPresent).toBe(false)
    await back.expectNothing()
  })

  it.each(levels)('level %i: by a clean start', async (level) => {
    const { instance, chosen, other } = await chosenAndOther(level, 2)
    await leave(instance, chosen)
    const back = await instance.connect({ ...keptSession(level, 'chosen'), cleanStart: true })
    for (const client of [back, other]) await client.expectNothing()
  })

  it.each(levels)('level %i: with its connection', async (level) => {
    const instance = await startInstance()
    const chosen = await instance.connect({ level })
    await chosen.subscribe(shared, 2)
    const publisher = await instance.connect()
    await publisher.publish('a', 'x', { qos: 2 })
    await chosen.next('publish')
    const other = await member(instance, level, 'other')
    await leave(instance, chosen)
    await other.expectNothing()
  })

  it.each(levels)('level %i: a QoS 1 message does go to another one', async (level) => {
    const { instance, chosen, other } = await chosenAndOther(level, 1)
    await leave(instance, chosen)
    await other.expectNothing()
    const back = await instance.connect({ ...keptSession(level, 'chosen'), cleanStart: true })
    expect(await other.receive()).toMatchObject({ qos: 1, payload: Buffer.from('x') })
    for (const client of [back, other]) await client.expectNothing()
  })
})

statement('MQTT-4.8.2-6', 'A message that its member refused from 0x80 on goes to no other member.', () => {
  it.each([1, 2] as const)('at QoS %i, also when its session ends', async (qos) => {
    const { instance, chosen, packetId, other } = await chosenAndOther(5, qos)
    chosen.ack(qos === 1 ? 'puback' : 'pubrec', packetId, reasonCodes.unspecifiedError)
    for (const client of [chosen, other]) await client.expectNothing()
    await leave(instance, chosen)
    instance.sweepIn((keptS + 1) * 1000)
    await other.expectNothing()
  })
})

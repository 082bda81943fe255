import { type PublishProperties, reasonCodes } from '@parley/mqtt-wire'
import type { MqttProbe } from '@parley/testkit'
import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { allQos, levels } from '../../support/versions.js'
import { letPass } from '../support/clock.js'
import { closedFor, told } from '../support/closed-connections.js'
import { keptSession } from '../support/kept-session.js'
import { noTest, statement } from '../support/statement.js'
import { binary, packet, publish, text } from '../support/wire.js'

const { malformedPacket, protocolError } = reasonCodes

statement('MQTT-3.3.2-1', 'The topic name stands first in a PUBLISH and is a UTF-8 string.', () => {
  it.each(levels)('a PUBLISH of level %i without one closes the connection', async (level) => {
    for (const bytes of ['3000', '3001 00', '3002 0001', '3003 0002 61']) {
      expect(await closedFor(level, bytes)).toBe(told(level, malformedPacket))
    }
  })

  it.each(levels)('an ill-formed one closes the connection of level %i', async (level) => {
    for (const bytes of ['c328', 'eda080', '00']) {
      expect(await closedFor(level, publish(level, binary(bytes)))).toBe(told(level, malformedPacket))
    }
  })
})

statement('MQTT-3.3.2-2', 'The topic name of a PUBLISH holds no wildcards.', () => {
  it.each(levels)('one with them closes the connection of level %i, and is not delivered', async (level) => {
    for (const topic of ['#', '+', 'quiet/#', 'quiet/+', '+/place', 'quiet#place']) {
      expect(await closedFor(level, publish(level, text(topic)))).toBe(told(level, malformedPacket))
    }
  })
})

const topics = ['a', 'a/', '/a', 'a/b', 'a/b/c', 'A', 'b', 'ab', 'a//c']
const matches = [
  { filter: 'a', matching: ['a'] },
  { filter: 'a/b', matching: ['a/b'] },
  { filter: '+', matching: ['a', 'A', 'b', 'ab'] },
  { filter: 'a/+', matching: ['a/', 'a/b'] },
  { filter: '+/a', matching: ['/a'] },
  { filter: 'a/+/c', matching: ['a/b/c', 'a//c'] },
  { filter: 'a/#', matching: ['a', 'a/', 'a/b', 'a/b/c', 'a//c'] },
  { filter: '/#', matching: ['/a'] },
  { filter: '#', matching: topics }
].flatMap((match) => levels.map((level) => ({ ...match, level })))

statement('MQTT-3.3.2-3', 'What the server sends has a topic that matches the subscription.', () => {
  it.each(matches)('$filter of level $level gets $matching, whole', async ({ level, filter, matching }) => {
    const instance = await startInstance()
    const client = await instance.connect({ level })
    await client.subscribe(filter)
    const publisher = await instance.connect()
    for (const topic of topics) await publisher.publish(topic, topic)
    await publisher.ping()
    for (const topic of matching) {
      const packet = await client.next('publish')
      expect(packet.topic).toBe(topic)
      expect(packet.payload.toString()).toBe(topic)
    }
    await client.expectNothing()
  })
})

/** Publishes with properties at every QoS; what all v5 subscribers get: present, absent, and later ones. */
async function propertiesAtSubscribers(properties: PublishProperties): Promise<unknown[]> {
  const instance = await startInstance()
  const subscribers = [await instance.connect({ level: 5 }), await instance.connect({ level: 5 })]
  for (const subscriber of subscribers) await subscriber.subscribe('a', 2)
  const away = await instance.connect(keptSession(5))
  await away.subscribe('a', 2)
  await away.disconnect()
  const publisher = await instance.connect({ level: 5 })
  for (const qos of allQos) await publisher.publish('a', 'x', { qos, properties, retain: true })
  const later = await instance.connect({ level: 5 })
  await later.subscribe('a', 2)
  const expected: [MqttProbe, number][] = [
    [subscribers[0]!, 3],
    [subscribers[1]!, 3],
    [await instance.connect(keptSession(5)), 2],
    [later, 1]
  ]
  const received: unknown[] = []
  for (const [client, count] of expected) {
    for (let number = 0; number < count; number++) received.push((await client.receive()).properties)
    await client.expectNothing()
  }
  return received
}

async function expectUnaltered(properties: PublishProperties): Promise<void> {
  const copies = 3 + 3 + 2 + 1
  expect(await propertiesAtSubscribers(properties)).toEqual(Array.from({ length: copies }, () => properties))
}

statement('MQTT-3.3.2-4', 'The Payload Format Indicator reaches all subscribers unaltered.', () => {
  it.each([0, 1] as const)('%i', async (payloadFormatIndicator) => {
    await expectUnaltered({ payloadFormatIndicator })
  })

  it('none', async () => {
    for (const properties of await propertiesAtSubscribers({})) expect(properties ?? {}).toEqual({})
  })
})

statement(
  'MQTT-3.3.2-5',
  'A message that expired before its delivery to a subscriber began is deleted.',
  () => {
    const properties = { messageExpiryInterval: 10 }

    it.each(levels)('in the queue of an absent client of level %i', async (level) => {
      letPass(0)
      const instance = await startInstance()
      const away = await instance.connect(keptSession(level))
      await away.subscribe('a', 2)
      await away.disconnect()
      const publisher = await instance.connect({ level: 5 })
      for (const qos of [1, 2] as const) await publisher.publish('a', 'too late', { qos, properties })
      await publisher.publish('a', 'in time', { qos: 1 })
      letPass(10_000)
      const back = await instance.connect(keptSession(level))
      expect((await back.receive()).payload.toString()).toBe('in time')
      await back.expectNothing()
    })

    it.each(levels)('behind the window of a client of level %i; others got it in time', async (level) => {
      letPass(0)
      const instance = await startInstance({ limits: { maxInflight: 1 } })
      const busy = await instance.connect({ level })
      const quick = await instance.connect({ level, clientId: 'quick' })
      for (const client of [busy, quick]) await client.subscribe('a', 1)
      const publisher = await instance.connect({ level: 5 })
      await publisher.publish('a', 'first', { qos: 1 })
      await quick.receive()
      const first = await busy.next('publish')
      await publisher.publish('a', 'too late', { qos: 1, properties })
      expect((await quick.receive()).payload.toString()).toBe('too late')
      letPass(10_000)
      await busy.acknowledge(first)
      await busy.expectNothing()
    })

    it.each(levels)('when it is retained, for a subscription of level %i', async (level) => {
      letPass(0)
      const instance = await startInstance()
      const publisher = await instance.connect({ level: 5 })
      await publisher.publish('a', 'kept', { qos: 1, retain: true, properties })
      letPass(9_000)
      const inTime = await instance.connect({ level })
      await inTime.subscribe('a', 1)
      expect((await inTime.receive()).payload.toString()).toBe('kept')
      letPass(1_000)
      const tooLate = await instance.connect({ level })
      await tooLate.subscribe('a', 1)
      await tooLate.expectNothing()
    })
  }
)

statement(
  'MQTT-3.3.2-6',
  'The Message Expiry Interval is forwarded less the time that the message waited.',
  () => {
    const properties = { messageExpiryInterval: 100 }

    it('at once, out of a queue, and as a retained message', async () => {
      letPass(0)
      const instance = await startInstance()
      const present = await instance.connect({ level: 5 })
      const away = await instance.connect(keptSession(5))
      for (const client of [present, away]) await client.subscribe('a', 2)
      await away.disconnect()
      const publisher = await instance.connect({ level: 5 })
      for (const qos of allQos) {
        await publisher.publish('a', 'x', { qos, retain: true, properties })
        expect((await present.receive()).properties).toEqual(properties)
      }
      letPass(40_000)
      const back = await instance.connect(keptSession(5))
      for (let number = 0; number < 2; number++) {
        expect((await back.receive()).properties).toEqual({ messageExpiryInterval: 60 })
      }
      letPass(20_000)
      await present.subscribe('a', 1)
      expect((await present.receive()).properties).toEqual({ messageExpiryInterval: 40 })
    })
  }
)

statement('MQTT-3.3.2-7', 'Topic aliases end with their connection.', () => {
  it('what the client set before stands for nothing', async () => {
    const instance = await startInstance()
    const watcher = await instance.connect()
    await watcher.subscribe('#')
    const first = await instance.connect(keptSession(5))
    await first.publish('a', 'x', { properties: { topicAlias: 1 } })
    await watcher.next('publish')
    await first.disconnect()
    const second = await instance.connect(keptSession(5))
    second.sendPublish('', 'y', { properties: { topicAlias: 1 } })
    expect(await second.closed).toBe(protocolError)
    await watcher.expectNothing()
  })

  it('what the server set before is set anew', async () => {
    const instance = await startInstance()
    const publisher = await instance.connect()
    const client = { ...keptSession(5), properties: { sessionExpiryInterval: 60, topicAliasMaximum: 5 } }
    const first = await instance.connect(client)
    await first.subscribe('a', 1)
    for (let number = 0; number < 3; number++) {
      await publisher.publish('a', 'x', { qos: 1 })
      await first.receive()
    }
    await publisher.publish('a', 'unacknowledged', { qos: 1 })
    await first.next('publish')
    await first.destroy()
    await publisher.publish('a', 'while away', { qos: 1 })
    const second = await instance.connect(client)
    expect((await second.receive()).topic).toBe('a')
    await second.receive()
    await second.expectNothing()
  })
})

statement('MQTT-3.3.2-8', 'No topic alias is 0.', () => {
  it('one that is closes the connection', async () => {
    expect(await closedFor(5, publish(5, text('a'), '03 23 0000'))).toBe(protocolError)
  })
})

noTest(
  'MQTT-3.3.2-9',
  'A client sends no topic alias above the maximum of the server.',
  'binds the client; what the server does: [MQTT-3.2.2-17]'
)

noTest('MQTT-3.3.2-10', 'A client takes every topic alias from 1 to its maximum.', 'binds the client')

noTest(
  'MQTT-3.3.2-11',
  'The server sends no topic alias above the maximum of the client.',
  'shown by [MQTT-3.1.2-26]'
)

statement('MQTT-3.3.2-12', 'The server takes every topic alias from 1 to its maximum.', () => {
  it('each stands for its topic, and can be given another one', async () => {
    const instance = await startInstance()
    const client = await instance.connect({ level: 5 })
    await client.subscribe('#', 1)
    const aliases = Array.from({ length: client.connack.properties!.topicAliasMaximum! }, (_, at) => at + 1)
    expect(aliases.length).toBeGreaterThan(1)
    for (const round of ['first', 'second']) {
      for (const topicAlias of aliases) {
        await client.publish(`${round}/${topicAlias}`, 'x', { qos: 1, properties: { topicAlias } })
        expect((await client.receive()).topic).toBe(`${round}/${topicAlias}`)
      }
      for (const topicAlias of aliases) {
        await client.publish('', 'y', { qos: 1, properties: { topicAlias } })
        expect(await client.receive()).toMatchObject({
          topic: `${round}/${topicAlias}`,
          payload: Buffer.from('y')
        })
      }
    }
    await client.expectNothing()
  })
})

function property(id: string, value: string): string {
  return packet('', `${id}${value}`)
}

statement('MQTT-3.3.2-13', 'The Response Topic is a UTF-8 string.', () => {
  it.each(['c328', 'eda080', '00'])('%s closes the connection', async (bytes) => {
    const hex = publish(5, text('quiet/place'), property('08', binary(bytes)))
    expect(await closedFor(5, hex)).toBe(malformedPacket)
  })
})

statement('MQTT-3.3.2-14', 'The Response Topic holds no wildcards.', () => {
  it.each(['#', '+', 'a/#', 'a/+/b', 'a#'])('%s closes the connection', async (responseTopic) => {
    const hex = publish(5, text('quiet/place'), property('08', text(responseTopic)))
    expect(await closedFor(5, hex)).toBe(protocolError)
  })
})

statement('MQTT-3.3.2-15', 'The Response Topic reaches all subscribers unaltered.', () => {
  it('as it is', async () => {
    await expectUnaltered({ responseTopic: 'answers//€/\ufeff' })
  })
})

statement('MQTT-3.3.2-16', 'The Correlation Data reach all subscribers unaltered.', () => {
  it.each([
    { what: 'no bytes', hex: '' },
    { what: 'bytes that are no text', hex: '00ff80c328' },
    { what: '6,000 bytes', hex: 'ab'.repeat(6_000) }
  ])('$what', async ({ hex }) => {
    await expectUnaltered({ correlationData: Buffer.from(hex, 'hex') })
  })
})

statement('MQTT-3.3.2-17', 'All User Properties reach all subscribers unaltered.', () => {
  it('with empty names and values, and text of every kind', async () => {
    const userProperties = [
      { key: '', value: '' },
      { key: 'ключ', value: '\u{1f600}' },
      { key: ' blanks ', value: '\ufeff' },
      { key: '__proto__', value: 'constructor' }
    ]
    await expectUnaltered({ userProperties })
  })
})

statement('MQTT-3.3.2-18', 'User Properties keep their order.', () => {
  it('also those with the same name, and the same value', async () => {
    const userProperties = ['b', 'a', 'b', 'c', 'a', 'b'].map((key, at) => ({ key, value: `${at % 3}` }))
    await expectUnaltered({ userProperties })
  })
})

statement('MQTT-3.3.2-19', 'The Content Type is a UTF-8 string.', () => {
  it.each(['c328', 'eda080', '00'])('%s closes the connection', async (bytes) => {
    const hex = publish(5, text('quiet/place'), property('03', binary(bytes)))
    expect(await closedFor(5, hex)).toBe(malformedPacket)
  })
})

statement('MQTT-3.3.2-20', 'The Content Type reaches all subscribers unaltered.', () => {
  it.each(['', 'text/plain; charset=utf-8', 'тип'])('as it is: "%s"', async (contentType) => {
    await expectUnaltered({ contentType })
  })
})

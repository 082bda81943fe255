import { type PublishPacket, reasonCodes } from '@parley/mqtt-wire'
import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { allQos, levels } from '../../support/versions.js'
import { letPass } from '../support/clock.js'
import { bystander, refused, told, untilClosed } from '../support/closed-connections.js'
import { keptSession } from '../support/kept-session.js'
import { noTest, statement } from '../support/statement.js'
import { startWatched } from '../support/watcher.js'
import { binary, connect, text, will } from '../support/wire.js'

/** What 3.1.1 brought; 3.1 ignores what it does not use. */
const strictLevels = [4, 5] as const
const { malformedPacket } = reasonCodes
const withWill = { qos0: '06', qos1: '0e', qos2: '16', qos3: '1e' }

statement('MQTT-3.1.2-1', 'The protocol name is MQTT; after any other the connection is closed.', () => {
  it.each(['', 'mqtt', 'MQTTX', 'MQT', 'HTTP', 'MQISDP'])('after "%s"', async (name) => {
    const instance = await startInstance()
    const stillWell = await bystander(instance)
    for (const level of strictLevels) expect(await refused(instance, connect({ name, level }))).toBeNull()
    await stillWell()
  })

  it('after the name of 3.1 with the version of 5.0 it is closed as an unsupported version', async () => {
    const answer = await untilClosed(await startInstance(), connect({ name: 'MQIsdp' }))
    expect(answer.toString('hex')).toBe('20020001')
  })
})

statement('MQTT-3.1.2-2', 'A CONNECT of an unsupported version is refused and the connection closed.', () => {
  it.each([0, 1, 2, 3, 6, 7, 0x84, 0x85, 0xff])('version %i, told in the form of 3.1.1', async (level) => {
    const instance = await startInstance()
    const stillWell = await bystander(instance)
    const answer = await untilClosed(instance, connect({ name: 'MQTT', level }))
    const unacceptableProtocolVersion = '20020001'
    expect(answer.toString('hex')).toBe(unacceptableProtocolVersion)
    await stillWell()
  })
})

statement('MQTT-3.1.2-3', 'The reserved connect flag must be 0.', () => {
  it.each(strictLevels)('a CONNECT of level %i with it is refused', async (level) => {
    const hex = connect({ level, flags: '03' })
    expect(await refused(await startInstance(), hex)).toBe(told(level, malformedPacket))
  })
})

statement('MQTT-3.1.2-4', 'A clean start discards the session that is there and begins a new one.', () => {
  it.each(levels)('of level %i: nothing of the older session is left', async (level) => {
    const instance = await startInstance()
    const older = await instance.connect(keptSession(level))
    await older.subscribe('a', 2)
    const publisher = await instance.connect({ level: 5 })
    await publisher.publish('a', 'unacknowledged', { qos: 2 })
    await older.next('publish')
    older.sendPublish('b', 'not released', { qos: 2, packetId: 7 })
    await older.next('pubrec')
    await older.destroy()
    await publisher.publish('a', 'while away', { qos: 1 })
    const newer = await instance.connect({ ...keptSession(level), cleanStart: true })
    expect(newer.connack.sessionPresent).toBe(false)
    expect(await publisher.publish('a', 'x', { qos: 1 })).toBe(reasonCodes.noMatchingSubscribers)
    await newer.expectNothing()
    // Its packet id 7 means another message now.
    await publisher.subscribe('b', 2)
    newer.sendPublish('b', 'another', { qos: 2, packetId: 7 })
    await newer.next('pubrec')
    await newer.release(7)
    expect((await publisher.receive()).payload.toString()).toBe('another')
  })

  it.each(levels)('also while the older connection of level %i is open', async (level) => {
    const instance = await startInstance()
    const older = await instance.connect(keptSession(level))
    await older.subscribe('a', 1)
    const newer = await instance.connect({ ...keptSession(level), cleanStart: true })
    await older.closed
    await newer.publish('a', 'x', { qos: 1 })
    await newer.expectNothing()
  })
})

statement('MQTT-3.1.2-5', 'Without a clean start the session that is there goes on.', () => {
  it.each(levels)('of level %i: with its subscriptions and what was under way', async (level) => {
    const instance = await startInstance()
    const first = await instance.connect(keptSession(level))
    await first.subscribe('a', 2)
    const publisher = await instance.connect()
    await publisher.publish('a', 'released', { qos: 2 })
    const released = await first.next('publish')
    first.ack('pubrec', released.packetId)
    await first.next('pubrel')
    await publisher.publish('a', 'unacknowledged', { qos: 1 })
    const unacknowledged = await first.next('publish')
    await first.destroy()
    await publisher.publish('a', 'while away', { qos: 1 })

    const second = await instance.connect(keptSession(level))
    expect(await second.next()).toMatchObject({ type: 'pubrel', packetId: released.packetId })
    expect(await second.next()).toMatchObject({
      type: 'publish',
      packetId: unacknowledged.packetId,
      dup: true
    })
    expect(await second.next()).toMatchObject({ type: 'publish', payload: Buffer.from('while away') })
    await publisher.publish('a', 'back again')
    expect((await second.next('publish')).payload.toString()).toBe('back again')
    await second.expectNothing()
  })
})

statement('MQTT-3.1.2-6', 'Without a clean start a session is made when there is none.', () => {
  it.each(levels)('of level %i, which then is kept', async (level) => {
    const instance = await startInstance()
    const first = await instance.connect(keptSession(level))
    expect(first.connack).toMatchObject({ sessionPresent: false, reasonCode: 0 })
    await first.expectNothing()
    await first.subscribe('a', 1)
    await first.disconnect()
    const second = await instance.connect(keptSession(level))
    await second.publish('a', 'x', { qos: 1 })
    expect((await second.receive()).payload.toString()).toBe('x')
  })
})

statement('MQTT-3.1.2-7', 'The server keeps a will with its session.', () => {
  it.each(levels)('each client of level %i has its own, published as it was given', async (level) => {
    const { instance, watcher } = await startWatched()
    const names = ['one', 'two', 'three']
    const clients = await Promise.all(
      names.map((name) =>
        instance.connect({
          level,
          clientId: name,
          will: { topic: `wills/${name}`, payload: `${name}, gone` }
        })
      )
    )
    await watcher.expectNothing()
    for (const client of clients.toReversed()) {
      await client.destroy()
      const { topic, payload } = await watcher.receive()
      expect(topic).toBe(`wills/${client.clientId}`)
      expect(payload.toString()).toBe(`${client.clientId}, gone`)
    }
    await watcher.expectNothing()
  })
})

statement(
  'MQTT-3.1.2-8',
  'The will is published after the connection closed, when its delay is over or the session ends, unless DISCONNECT with 0 or a new connection came before.',
  () => {
    const delayed = { topic: 'wills/me', properties: { willDelayInterval: 60 } }

    it.each(levels)('at level %i after a cut line', async (level) => {
      const { instance, watcher } = await startWatched()
      const client = await instance.connect({ level, will: { topic: 'wills/me' } })
      await client.destroy()
      expect((await watcher.receive()).topic).toBe('wills/me')
      await watcher.expectNothing()
    })

    it.each(levels)('at level %i after a protocol error', async (level) => {
      const { instance, watcher } = await startWatched()
      const client = await instance.connect({ level, will: { topic: 'wills/me' } })
      client.sendBytes('0000')
      await client.closed
      expect((await watcher.receive()).topic).toBe('wills/me')
      await watcher.expectNothing()
    })

    it.each(levels)('at level %i not after DISCONNECT', async (level) => {
      const { instance, watcher } = await startWatched()
      const client = await instance.connect({ level, will: { topic: 'wills/me' } })
      await client.disconnect()
      await watcher.expectNothing()
    })

    it('when its delay is over, not before', async () => {
      const { instance, watcher } = await startWatched()
      const properties = { willDelayInterval: 1 }
      const client = await instance.connect({ ...keptSession(5), will: { topic: 'wills/me', properties } })
      await client.destroy()
      await watcher.expectNothing()
      expect((await watcher.receive()).topic).toBe('wills/me')
      await watcher.expectNothing()
    })

    it('when the session ends before the delay', async () => {
      const { instance, watcher } = await startWatched()
      const properties = { sessionExpiryInterval: 10 }
      const client = await instance.connect({ level: 5, properties, will: delayed })
      await client.destroy()
      instance.sweepIn(9_000)
      await watcher.expectNothing()
      instance.sweepIn(11_000)
      expect((await watcher.receive()).topic).toBe('wills/me')
      await watcher.expectNothing()
    })

    it('not when the client is back before', async () => {
      const { instance, watcher } = await startWatched()
      const client = await instance.connect({ ...keptSession(5), will: delayed })
      await client.destroy()
      await (await instance.connect(keptSession(5))).disconnect()
      instance.sweepIn(700_000)
      await watcher.expectNothing()
    })
  }
)

statement(
  'MQTT-3.1.2-9',
  'With the will flag the payload holds properties, topic and payload of the will.',
  () => {
    const truncated = levels.flatMap((level) => {
      const properties = level === 5 ? '00' : ''
      return [
        { level, what: 'no field of it', fields: '' },
        { level, what: 'no topic', fields: properties },
        { level, what: 'no payload', fields: properties + text('wills/me') }
      ]
    })
    it.each(truncated)('a CONNECT of level $level with $what is refused', async ({ level, fields }) => {
      const { instance, watcher } = await startWatched()
      const hex = connect({ level, flags: withWill.qos0, payload: text('me') + fields })
      expect(await refused(instance, hex)).toBe(told(level, malformedPacket))
      await watcher.expectNothing()
    })
  }
)

statement('MQTT-3.1.2-10', 'A will is gone once it was published, and after DISCONNECT with 0.', () => {
  it('it is not published again when the session goes on, or ends', async () => {
    const { instance, watcher } = await startWatched()
    for (const level of levels) {
      const client = await instance.connect({ ...keptSession(level), will: { topic: 'wills/me' } })
      await client.destroy()
      expect((await watcher.receive()).topic).toBe('wills/me')
      await (await instance.connect(keptSession(level))).destroy()
      await watcher.expectNothing()
    }
    instance.sweepIn(100 * 86_400_000)
    await watcher.expectNothing()
  })

  it('it is not published when the session that DISCONNECT left ends', async () => {
    const { instance, watcher } = await startWatched()
    const properties = { willDelayInterval: 60 }
    const client = await instance.connect({ ...keptSession(5), will: { topic: 'wills/me', properties } })
    await client.disconnect()
    instance.sweepIn(700_000)
    await watcher.expectNothing()
  })
})

statement('MQTT-3.1.2-11', 'Without a will the will QoS is 0.', () => {
  it.each(strictLevels)('a CONNECT of level %i with another one is refused', async (level) => {
    const instance = await startInstance()
    for (const flags of ['0a', '12', '1a']) {
      expect(await refused(instance, connect({ level, flags }))).toBe(told(level, malformedPacket))
    }
  })
})

statement('MQTT-3.1.2-12', 'The will QoS is 0, 1 or 2.', () => {
  const published = levels.flatMap((level) => allQos.map((qos) => ({ level, qos })))
  it.each(published)('level $level: a will of QoS $qos is published so', async ({ level, qos }) => {
    const { instance, watcher } = await startWatched()
    const client = await instance.connect({ level, will: { topic: 'wills/me', qos } })
    await client.destroy()
    expect(await watcher.receive()).toMatchObject({ topic: 'wills/me', qos })
    await watcher.expectNothing()
  })

  it.each(levels)('a CONNECT of level %i with will QoS 3 is refused', async (level) => {
    const hex = connect({ level, flags: withWill.qos3, payload: text('me') + will(level) })
    expect(await refused(await startInstance(), hex)).toBe(told(level, malformedPacket))
  })
})

statement('MQTT-3.1.2-13', 'Without a will there is no will retain.', () => {
  it.each(strictLevels)('a CONNECT of level %i with it is refused', async (level) => {
    const hex = connect({ level, flags: '22' })
    expect(await refused(await startInstance(), hex)).toBe(told(level, malformedPacket))
  })
})

statement('MQTT-3.1.2-14', 'Without will retain the will is not retained.', () => {
  it.each(levels)('of level %i: it reaches who is there, and nobody who comes later', async (level) => {
    const { instance, watcher } = await startWatched()
    const client = await instance.connect({ level, will: { topic: 'wills/me', qos: 1, retain: false } })
    await client.destroy()
    expect(await watcher.receive()).toMatchObject({ topic: 'wills/me', retain: false })
    const later = await instance.connect({ level })
    await later.subscribe('wills/me', 1)
    await later.expectNothing()
  })
})

statement('MQTT-3.1.2-15', 'With will retain the will is retained.', () => {
  it.each(levels)('of level %i: it reaches who comes later, marked as retained', async (level) => {
    const { instance, watcher } = await startWatched()
    const client = await instance.connect({ level, will: { topic: 'wills/me', qos: 1, retain: true } })
    await client.destroy()
    expect(await watcher.receive()).toMatchObject({ topic: 'wills/me', retain: true })
    const later = await instance.connect({ level })
    await later.subscribe('wills/me', 1)
    expect(await later.receive()).toMatchObject({ retain: true, payload: Buffer.from('will') })
    await later.expectNothing()
  })
})

statement('MQTT-3.1.2-16', 'Without the user name flag there is no user name.', () => {
  it.each(strictLevels)('a CONNECT of level %i with one is refused', async (level) => {
    const hex = connect({ level, payload: text('me') + text('name') })
    expect(await refused(await startInstance(), hex)).toBe(told(level, malformedPacket))
  })
})

statement('MQTT-3.1.2-17', 'With the user name flag there is a user name.', () => {
  it.each(strictLevels)('a CONNECT of level %i without one is refused', async (level) => {
    const hex = connect({ level, flags: '82', payload: text('me') })
    expect(await refused(await startInstance(), hex)).toBe(told(level, malformedPacket))
  })
})

statement('MQTT-3.1.2-18', 'Without the password flag there is no password.', () => {
  it.each(strictLevels)('a CONNECT of level %i with one is refused', async (level) => {
    const hex = connect({ level, flags: '82', payload: text('me') + text('name') + binary('0102') })
    expect(await refused(await startInstance(), hex)).toBe(told(level, malformedPacket))
  })
})

statement('MQTT-3.1.2-19', 'With the password flag there is a password.', () => {
  it.each(strictLevels)('a CONNECT of level %i without one is refused', async (level) => {
    const hex = connect({ level, flags: 'c2', payload: text('me') + text('name') })
    expect(await refused(await startInstance(), hex)).toBe(told(level, malformedPacket))
  })

  it('5.0 may have one without a user name', async () => {
    const client = await (await startInstance()).open()
    expect(await client.connect({ level: 5, password: 'secret' })).toMatchObject({ reasonCode: 0 })
  })
})

noTest(
  'MQTT-3.1.2-20',
  'A client with a keep alive sends PINGREQ when it has nothing else to send.',
  'binds the client'
)

noTest(
  'MQTT-3.1.2-21',
  'A client takes the keep alive that CONNACK names instead of its own.',
  'binds the client'
)

statement(
  'MQTT-3.1.2-22',
  'A client that is silent for one and a half keep alives is treated as if the network had failed.',
  () => {
    it.each(levels)(
      'a client of level %i is closed then, not before, and its will published',
      async (level) => {
        const { instance, watcher } = await startWatched()
        const client = await instance.connect({ level, keepAliveS: 10, will: { topic: 'wills/me' } })
        instance.sweepIn(14_500)
        await client.ping()
        await watcher.expectNothing()
        instance.sweepIn(15_500)
        expect(await client.closed).toBe(told(level, reasonCodes.keepAliveTimeout))
        expect((await watcher.receive()).topic).toBe('wills/me')
      }
    )

    it.each(levels)('any packet of a client of level %i ends its silence', async (level) => {
      const instance = await startInstance()
      const client = await instance.connect({ level, keepAliveS: 10 })
      letPass(14_000)
      client.ack('puback', 77)
      await client.ping()
      instance.sweepIn(2_000)
      await client.ping()
    })

    it.each(levels)('a client of level %i without a keep alive may be silent', async (level) => {
      const instance = await startInstance()
      const client = await instance.connect({ level, keepAliveS: 0 })
      instance.sweepIn(365 * 86_400_000)
      await client.ping()
    })
  }
)

statement('MQTT-3.1.2-23', 'A session with an expiry above 0 is kept after the connection closed.', () => {
  it.each(levels)('of level %i: what comes while it is away waits for it', async (level) => {
    const instance = await startInstance()
    const away = await instance.connect(keptSession(level))
    await away.subscribe('a', 2)
    away.sendPublish('b', 'once', { qos: 2, packetId: 7 })
    await away.next('pubrec')
    await away.destroy()
    const publisher = await instance.connect()
    await publisher.subscribe('b', 2)
    await publisher.publish('a', 'first', { qos: 1 })
    await publisher.publish('a', 'second', { qos: 2 })
    const back = await instance.connect(keptSession(level))
    expect(await back.receive()).toMatchObject({ qos: 1, dup: false, payload: Buffer.from('first') })
    expect(await back.receive()).toMatchObject({ qos: 2, dup: false, payload: Buffer.from('second') })
    // The server knows the QoS 2 message that it received before: it is not published again.
    back.sendPublish('b', 'once', { qos: 2, packetId: 7, dup: true })
    await back.next('pubrec')
    expect((await back.release(7)).reasonCode).toBe(0)
    await publisher.expectNothing()
    await back.expectNothing()
  })

  it.each([0, 600, 0xffffffff])('5.0 says how long: %i s', async (sessionExpiryInterval) => {
    const instance = await startInstance()
    const first = await instance.connect({ ...keptSession(5), properties: { sessionExpiryInterval } })
    await first.destroy()
    instance.sweepIn(599_000)
    const second = await instance.connect(keptSession(5))
    expect(second.connack.sessionPresent).toBe(sessionExpiryInterval > 0)
  })
})

statement('MQTT-3.1.2-24', 'The server sends no packet above the Maximum Packet Size of the client.', () => {
  it.each(allQos)('a PUBLISH at QoS %i of that size comes, one of a byte more does not', async (qos) => {
    const instance = await startInstance()
    const client = await instance.connect({ level: 5, properties: { maximumPacketSize: 60 } })
    await client.subscribe('a', qos)
    const payloadBytes = 60 - 6 - (qos === 0 ? 0 : 2)
    const publisher = await instance.connect()
    await publisher.publish('a', 'x'.repeat(payloadBytes + 1), { qos })
    await publisher.publish('a', 'x'.repeat(payloadBytes), { qos })
    expect((await client.receive()).payload).toHaveLength(payloadBytes)
    await client.expectNothing()
  })

  it('a SUBACK or UNSUBACK of a byte more does not come', async () => {
    const instance = await startInstance()
    const filters = Array.from({ length: 16 }, (_, at) => `a/${at}`)
    for (const answer of ['suback', 'unsuback'] as const) {
      const client = await instance.connect({ level: 5, properties: { maximumPacketSize: 20 } })
      const fits = filters.slice(1)
      if (answer === 'suback') expect((await client.subscribe(fits)).reasonCodes).toHaveLength(15)
      else expect((await client.unsubscribe(...fits)).reasonCodes).toHaveLength(15)
      const asked = answer === 'suback' ? client.subscribe(filters) : client.unsubscribe(...filters)
      // Nobody waits for it: that its answer never comes is what is shown.
      asked.catch(() => undefined)
      await client.ping().catch(() => client.closed)
      expect(client.inbox.map(({ type }) => type)).not.toContain(answer)
    }
  })

  it('a client that cannot take any CONNACK is closed without one', async () => {
    const instance = await startInstance()
    const stillWell = await bystander(instance)
    expect(await refused(instance, connect({ properties: '05 27 00000004' }))).toBeNull()
    await stillWell()
  })
})

statement(
  'MQTT-3.1.2-25',
  'A message that is too large for a client is discarded as if it had been sent.',
  () => {
    it.each(allQos)('at QoS %i it costs nobody anything', async (qos) => {
      const instance = await startInstance()
      const properties = { maximumPacketSize: 60, sessionExpiryInterval: 600, receiveMaximum: 1 }
      const small = await instance.connect({ ...keptSession(5), properties })
      const large = await instance.connect({ level: 5 })
      for (const client of [small, large]) await client.subscribe('a', qos)
      const publisher = await instance.connect({ level: 5 })
      for (const payload of ['x'.repeat(100), 'y'.repeat(100), 'fits']) {
        expect(await publisher.publish('a', payload, { qos })).toBe(0)
      }
      expect((await small.receive()).payload.toString()).toBe('fits')
      for (const size of [100, 100, 4]) expect((await large.receive()).payload).toHaveLength(size)
      await small.destroy()
      const back = await instance.connect(keptSession(5))
      await back.expectNothing()
    })
  }
)

/** The topics of the deliveries to one connection, their aliases looked up. */
function topicsOf(deliveries: readonly PublishPacket[]): string[] {
  const known = new Map<number, string>()
  return deliveries.map(({ topic, properties }) => {
    const alias = properties?.topicAlias
    if (alias !== undefined && topic !== '') known.set(alias, topic)
    return topic === '' ? (known.get(alias!) ?? `unknown alias ${alias}`) : topic
  })
}

const aliasedTopics = Array.from({ length: 15 }, (_, at) => `a/${'long/'.repeat(5)}${at % 5}`)

async function deliveriesTo(topicAliasMaximum: number | undefined): Promise<PublishPacket[]> {
  const instance = await startInstance()
  const properties = topicAliasMaximum === undefined ? {} : { topicAliasMaximum }
  const client = await instance.connect({ level: 5, properties })
  await client.subscribe('#', 1)
  const publisher = await instance.connect()
  const deliveries: PublishPacket[] = []
  for (const [at, topic] of aliasedTopics.entries()) {
    await publisher.publish(topic, 'x', { qos: at % 2 === 0 ? 1 : 0 })
    deliveries.push(await client.receive())
  }
  await client.expectNothing()
  expect(topicsOf(deliveries)).toEqual(aliasedTopics)
  return deliveries
}

statement(
  'MQTT-3.1.2-26',
  'No topic alias that is sent is above the Topic Alias Maximum of the client.',
  () => {
    it.each([1, 3, 65_535])('of which it takes %i', async (topicAliasMaximum) => {
      const aliases = (await deliveriesTo(topicAliasMaximum)).flatMap(
        ({ properties }) => properties?.topicAlias ?? []
      )
      expect(aliases.length).toBeGreaterThan(0)
      expect(Math.min(...aliases)).toBeGreaterThan(0)
      expect(Math.max(...aliases)).toBeLessThanOrEqual(topicAliasMaximum)
    })
  }
)

statement(
  'MQTT-3.1.2-27',
  'A client without a Topic Alias Maximum, or with 0, is sent no topic alias.',
  () => {
    it.each([undefined, 0])('with %s', async (topicAliasMaximum) => {
      for (const { properties } of await deliveriesTo(topicAliasMaximum)) {
        expect(properties?.topicAlias).toBeUndefined()
      }
    })
  }
)

statement('MQTT-3.1.2-28', 'A client that does not ask for Response Information gets none.', () => {
  it.each([undefined, 0] as const)('with %s', async (requestResponseInformation) => {
    const properties = requestResponseInformation === undefined ? {} : { requestResponseInformation }
    const client = await (await startInstance()).connect({ level: 5, properties })
    expect(client.connack.properties).not.toHaveProperty('responseInformation')
  })

  it('one that asks gets it', async () => {
    const properties = { requestResponseInformation: 1 } as const
    const client = await (await startInstance()).connect({ level: 5, clientId: 'me', properties })
    expect(client.connack.properties?.responseInformation).toBe('replies/me')
  })
})

statement(
  'MQTT-3.1.2-29',
  'A client that wants no problem information gets Reason Strings and User Properties in PUBLISH, CONNACK and DISCONNECT only.',
  () => {
    it('no answer to it says more than its reason code', async () => {
      const instance = await startInstance()
      const properties = { requestProblemInformation: 0 } as const
      const client = await instance.connect({ level: 5, properties })
      client.sendPublish('$SYS/a', 'x', { qos: 1, packetId: 1 })
      client.sendPublish('$SYS/a', 'x', { qos: 2, packetId: 2 })
      client.ack('pubrec', 3)
      client.ack('pubrel', 4)
      for (const type of ['puback', 'pubrec', 'pubrel', 'pubcomp'] as const) {
        expect((await client.next(type)).properties ?? {}).toEqual({})
      }
      const { reasonCodes: codes, properties: problem } = await client.subscribe('$parley/a')
      expect(codes).toEqual([reasonCodes.notAuthorized])
      expect(problem ?? {}).toEqual({})
      expect((await client.unsubscribe('never')).properties ?? {}).toEqual({})
    })

    it('a PUBLISH keeps its User Properties', async () => {
      const instance = await startInstance()
      const properties = { requestProblemInformation: 0 } as const
      const client = await instance.connect({ level: 5, properties })
      await client.subscribe('a')
      const userProperties = [{ key: 'k', value: 'v' }]
      await client.publish('a', 'x', { properties: { userProperties } })
      expect((await client.receive()).properties).toEqual({ userProperties })
    })

    it('one that wants it is told why a PUBLISH was refused', async () => {
      const client = await (await startInstance()).connect({ level: 5 })
      client.sendPublish('$SYS/a', 'x', { qos: 1 })
      const { reasonCode, properties } = await client.next('puback')
      expect(reasonCode).toBe(reasonCodes.notAuthorized)
      expect(properties?.reasonString).toMatch(/\w/)
    })
  }
)

noTest(
  'MQTT-3.1.2-30',
  'A client that named an authentication method sends only AUTH and DISCONNECT before CONNACK.',
  'binds the client'
)

import { eventually } from '@parley/testkit'
import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { allQos } from '../../support/versions.js'
import { letPass } from '../support/clock.js'
import { refused, untilClosed } from '../support/closed-connections.js'
import { expectNotAnswered } from '../support/closed-without-a-word.js'
import { keptSession } from '../support/kept-session.js'
import { atLevelsBefore5, levelsBefore5 } from '../support/levels-before-5.js'
import { noTest, statement } from '../support/statement.js'
import { untilGone } from '../support/until-gone.js'
import { startWatched } from '../support/watcher.js'
import { binary, connect, text, will } from '../support/wire.js'

const unacceptableProtocolVersion = 1
const me = text('me')
const atAllQos = atLevelsBefore5(allQos.map((qos) => ({ qos })))

statement('MQTT-3.1.2-1', 'A CONNECT with another protocol name is not served as one of 3.1.1.', () => {
  it.each(['', 'mqtt', 'MQTt', 'MQT', 'MQTTT', ' MQTT', 'AMQP'])('"%s" is not answered', async (name) => {
    await expectNotAnswered(connect({ name, level: 4 }))
  })

  it('the name of 3.1 with the level of 3.1.1 is refused', async () => {
    const hex = connect({ name: 'MQIsdp', level: 4 })
    expect(await refused(await startInstance(), hex)).toBe(unacceptableProtocolVersion)
  })
})

statement('MQTT-3.1.2-2', 'An unsupported protocol level is answered with CONNACK 1, then closed.', () => {
  it.each([0, 1, 2, 3, 6, 64, 127, 128, 255])('%i is', async (level) => {
    const answer = await untilClosed(await startInstance(), connect({ name: 'MQTT', level }))
    expect(answer.toString('hex')).toBe('20020001')
  })
})

statement('MQTT-3.1.2-3', 'The reserved connect flag is 0; otherwise the connection is closed.', () => {
  it.each(['01', '03', 'c3'])('flags %s are not answered', async (flags) => {
    const payload = flags === 'c3' ? me + text('name') + text('password') : me
    await expectNotAnswered(connect({ level: 4, flags, payload }))
  })
})

statement(
  'MQTT-3.1.2-4',
  'Without Clean Session the session of the client id goes on, or is made, and is kept after the connection.',
  () => {
    it.each(levelsBefore5)('of level %i: with its subscriptions and what is under way', async (level) => {
      const instance = await startInstance()
      const first = await instance.connect(keptSession(level))
      await first.subscribe('a', 2)
      const publisher = await instance.connect()
      await publisher.publish('a', 'out', { qos: 2 })
      const { packetId } = await first.next('publish')
      const inbound = first.sendPublish('b', 'in', { qos: 2 })
      await first.next('pubrec')
      await first.destroy()

      const second = await instance.connect(keptSession(level))
      expect(await second.receive()).toMatchObject({ packetId, dup: true, payload: Buffer.from('out') })
      await second.release(inbound)
      await publisher.publish('a', 'still subscribed', { qos: 1 })
      expect((await second.receive()).payload.toString()).toBe('still subscribed')
      await second.expectNothing()
    })

    it.each(levelsBefore5)('of level %i: one that did not exist is empty', async (level) => {
      const instance = await startInstance()
      const other = await instance.connect(keptSession(level, 'other'))
      await other.subscribe('a', 1)
      const client = await instance.connect(keptSession(level))
      await client.publish('a', 'x', { qos: 1 })
      await client.expectNothing()
      await other.receive()
    })
  }
)

statement(
  'MQTT-3.1.2-5',
  'QoS 1 and 2 messages to its subscriptions wait for a session that is away.',
  () => {
    it.each(levelsBefore5)('of level %i, after a DISCONNECT and after a cut line', async (level) => {
      const instance = await startInstance()
      const publisher = await instance.connect()
      let client = await instance.connect(keptSession(level))
      await client.subscribe(['a/+', 'b'], 2)
      for (const leave of ['disconnect', 'destroy'] as const) {
        await client[leave]()
        await untilGone(instance)
        await publisher.publish('a/1', leave, { qos: 1 })
        await publisher.publish('c', 'not subscribed', { qos: 1 })
        await publisher.publish('b', leave, { qos: 2 })
        client = await instance.connect(keptSession(level))
        const payload = Buffer.from(leave)
        expect(await client.receive()).toMatchObject({ topic: 'a/1', qos: 1, dup: false, payload })
        expect(await client.receive()).toMatchObject({ topic: 'b', qos: 2, dup: false, payload })
        await client.expectNothing()
      }
    })
  }
)

statement(
  'MQTT-3.1.2-6',
  'Clean Session discards the session before it, and its own state is never used again.',
  () => {
    it.each(levelsBefore5)('of level %i: nothing of the one before is left', async (level) => {
      const instance = await startInstance()
      const older = await instance.connect(keptSession(level))
      await older.subscribe('a', 2)
      const publisher = await instance.connect()
      await publisher.publish('a', 'unacknowledged', { qos: 2 })
      await older.next('publish')
      await older.destroy()
      await publisher.publish('a', 'waiting', { qos: 1 })
      const clean = await instance.connect({ ...keptSession(level), cleanStart: true })
      await publisher.publish('a', 'new', { qos: 1 })
      await clean.expectNothing()
      await clean.destroy()
      const kept = await instance.connect(keptSession(level))
      await publisher.publish('a', 'newer', { qos: 1 })
      await kept.expectNothing()
    })

    it.each(levelsBefore5)('of level %i: it ends with its connection', async (level) => {
      const instance = await startInstance()
      const clean = await instance.connect({ level, clientId: 'me' })
      await clean.subscribe('a', 1)
      await clean.destroy()
      await (await instance.connect()).publish('a', 'x', { qos: 1 })
      await (await instance.connect(keptSession(level))).expectNothing()
    })

    it.each(levelsBefore5)('of level %i: a received packet id is free again', async (level) => {
      const instance = await startInstance()
      const watcher = await instance.connect({ autoAck: true })
      await watcher.subscribe('a', 2)
      for (const payload of ['first', 'second']) {
        const clean = await instance.connect({ level, clientId: 'me' })
        clean.sendPublish('a', payload, { qos: 2, packetId: 7 })
        await clean.next('pubrec')
        await clean.destroy()
        expect((await watcher.receive()).payload.toString()).toBe(payload)
      }
    })
  }
)

statement('MQTT-3.1.2-7', 'Retained messages are no part of a session and outlive it.', () => {
  it.each(levelsBefore5)('that of the publisher, of level %i', async (level) => {
    const instance = await startInstance()
    const publisher = await instance.connect({ level, clientId: 'me' })
    await publisher.publish('a', 'kept', { qos: 1, retain: true })
    await publisher.disconnect()
    await (await instance.connect({ level, clientId: 'me' })).disconnect()
    const subscriber = await instance.connect({ level })
    await subscriber.subscribe('a', 1)
    expect(await subscriber.receive()).toMatchObject({ retain: true, payload: Buffer.from('kept') })
    await subscriber.expectNothing()
  })
})

statement('MQTT-3.1.2-8', 'The will is published when the connection ends without DISCONNECT.', () => {
  it.each(levelsBefore5)('at level %i after a cut line, not before', async (level) => {
    const { instance, watcher } = await startWatched()
    const client = await instance.connect({ level, will: { topic: 'wills/me', payload: 'gone' } })
    await watcher.expectNothing()
    await client.destroy()
    expect(await watcher.receive()).toMatchObject({ topic: 'wills/me', payload: Buffer.from('gone') })
    await watcher.expectNothing()
  })

  it.each(levelsBefore5)('at level %i after a protocol violation', async (level) => {
    const { instance, watcher } = await startWatched()
    const client = await instance.connect({ level, will: { topic: 'wills/me' } })
    client.sendBytes('3606 0001 61 0001 78')
    await client.closed
    expect((await watcher.receive()).topic).toBe('wills/me')
    await watcher.expectNothing()
  })

  it.each(levelsBefore5)('at level %i after silence for longer than the keep alive', async (level) => {
    const { instance, watcher } = await startWatched()
    const client = await instance.connect({ level, keepAliveS: 10, will: { topic: 'wills/me' } })
    instance.sweepIn(16_000)
    await client.closed
    expect((await watcher.receive()).topic).toBe('wills/me')
    await watcher.expectNothing()
  })

  it.each(levelsBefore5)('at level %i when its client id connects again', async (level) => {
    const { instance, watcher } = await startWatched()
    const older = await instance.connect({ ...keptSession(level), will: { topic: 'wills/me' } })
    await instance.connect(keptSession(level))
    await older.closed
    expect((await watcher.receive()).topic).toBe('wills/me')
    await watcher.expectNothing()
  })

  it.each(levelsBefore5)('at level %i not of a CONNECT that was refused', async (level) => {
    const { instance, watcher } = await startWatched()
    await instance.change({ limits: { connectionsMax: 1 } })
    const serverUnavailable = 3
    const payload = me + will(level, text('wills/me'))
    expect(await refused(instance, connect({ level, flags: '06', payload }))).toBe(serverUnavailable)
    await watcher.expectNothing()
  })
})

statement('MQTT-3.1.2-9', 'With the will flag, will topic and will message are in the payload.', () => {
  const incomplete = atLevelsBefore5([
    { what: 'neither', fields: '' },
    { what: 'only a topic', fields: text('wills/me') },
    { what: 'a message that ends early', fields: `${text('wills/me')}0004 78` }
  ])
  it.each(incomplete)('a CONNECT of level $level with $what is not answered', async ({ level, fields }) => {
    await expectNotAnswered(connect({ level, flags: '06', payload: me + fields }))
  })

  it.each(levelsBefore5)('a will of level %i may have no bytes, or any', async (level) => {
    const { instance, watcher } = await startWatched()
    for (const payload of [Buffer.alloc(0), Buffer.from([0, 0xff, 0x80])]) {
      const client = await instance.connect({ level, will: { topic: 'wills/me', payload } })
      await client.destroy()
      expect(await watcher.receive()).toMatchObject({ topic: 'wills/me', payload })
    }
    await watcher.expectNothing()
  })
})

statement('MQTT-3.1.2-10', 'The will is gone once it was published, and after DISCONNECT.', () => {
  it.each(levelsBefore5)('of level %i: it is published once, in no later connection', async (level) => {
    const { instance, watcher } = await startWatched()
    const client = await instance.connect({ ...keptSession(level), will: { topic: 'wills/me' } })
    await client.destroy()
    expect((await watcher.receive()).topic).toBe('wills/me')
    await (await instance.connect(keptSession(level))).destroy()
    await watcher.expectNothing()
  })

  it.each(levelsBefore5)('of level %i: not in a connection after its DISCONNECT', async (level) => {
    const { instance, watcher } = await startWatched()
    const client = await instance.connect({ ...keptSession(level), will: { topic: 'wills/me' } })
    await client.disconnect()
    await (await instance.connect(keptSession(level))).destroy()
    await watcher.expectNothing()
  })
})

statement(
  'MQTT-3.1.2-11',
  'Without the will flag there is no will in the payload, nor its QoS and retain.',
  () => {
    it('a CONNECT with will fields is not answered', async () => {
      await expectNotAnswered(connect({ level: 4, payload: me + will(4) }))
    })

    it('will fields are not taken for what follows', async () => {
      const payload = me + will(4) + text('name')
      await expectNotAnswered(connect({ level: 4, flags: '82', payload }))
    })
  }
)

statement('MQTT-3.1.2-12', 'Without the will flag nothing is published when the connection ends.', () => {
  it.each(levelsBefore5)('of level %i, also when one before had a will', async (level) => {
    const { instance, watcher } = await startWatched()
    await (await instance.connect({ ...keptSession(level), will: { topic: 'wills/me' } })).disconnect()
    await (await instance.connect(keptSession(level))).destroy()
    const client = await instance.connect({ level })
    client.sendBytes('0000')
    await client.closed
    await watcher.expectNothing()
  })
})

statement('MQTT-3.1.2-13', 'Without the will flag the will QoS is 0.', () => {
  it.each(['0a', '12', '1a'])('flags %s are not answered', async (flags) => {
    await expectNotAnswered(connect({ level: 4, flags }))
  })
})

statement('MQTT-3.1.2-14', 'The will QoS is 0, 1 or 2.', () => {
  it.each(atAllQos)('a will of level $level is published at QoS $qos', async ({ level, qos }) => {
    const { instance, watcher } = await startWatched()
    const client = await instance.connect({ level, will: { topic: 'wills/me', qos } })
    await client.destroy()
    expect(await watcher.receive()).toMatchObject({ topic: 'wills/me', qos })
    await watcher.expectNothing()
  })

  it.each(levelsBefore5)('a CONNECT of level %i with will QoS 3 is not answered', async (level) => {
    await expectNotAnswered(connect({ level, flags: '1e', payload: me + will(level) }))
  })
})

statement('MQTT-3.1.2-15', 'Without the will flag there is no will retain.', () => {
  it.each(['22', '20'])('flags %s are not answered', async (flags) => {
    await expectNotAnswered(connect({ level: 4, flags }))
  })
})

statement('MQTT-3.1.2-16', 'Without will retain the will is published without RETAIN.', () => {
  it.each(atAllQos)('of level $level at QoS $qos', async ({ level, qos }) => {
    const { instance, watcher } = await startWatched()
    const client = await instance.connect({ level, will: { topic: 'wills/me', qos } })
    await client.destroy()
    expect((await watcher.receive()).retain).toBe(false)
    const later = await instance.connect({ level })
    await later.subscribe('wills/#', 2)
    await later.expectNothing()
  })
})

statement('MQTT-3.1.2-17', 'With will retain the will is published with RETAIN.', () => {
  it.each(atAllQos)('of level $level at QoS $qos', async ({ level, qos }) => {
    const { instance, watcher } = await startWatched()
    const client = await instance.connect({ level, will: { topic: 'wills/me', qos, retain: true } })
    await client.destroy()
    expect((await watcher.receive()).retain).toBe(true)
    const later = await instance.connect({ level })
    await later.subscribe('wills/#', 2)
    expect(await later.receive()).toMatchObject({ topic: 'wills/me', qos, retain: true })
    await later.expectNothing()
  })
})

statement('MQTT-3.1.2-18', 'Without the user name flag there is no user name.', () => {
  it('a CONNECT with one is not answered', async () => {
    await expectNotAnswered(connect({ level: 4, payload: me + text('name') }))
  })
})

statement('MQTT-3.1.2-19', 'With the user name flag there is a user name.', () => {
  it('a CONNECT without one is not answered', async () => {
    for (const rest of ['', '00', '0004 6e61']) {
      await expectNotAnswered(connect({ level: 4, flags: '82', payload: me + rest }))
    }
  })

  it.each(levelsBefore5)('one of level %i may be empty', async (level) => {
    const instance = await startInstance()
    await instance.connect({ level, clientId: 'me', username: '' })
    expect(instance.broker.clients.me?.username).toBe('')
  })
})

statement('MQTT-3.1.2-20', 'Without the password flag there is no password.', () => {
  it('a CONNECT with one is not answered', async () => {
    const payload = me + text('name') + binary('ff00')
    await expectNotAnswered(connect({ level: 4, flags: '82', payload }))
  })
})

statement('MQTT-3.1.2-21', 'With the password flag there is a password.', () => {
  it('a CONNECT without one is not answered', async () => {
    for (const rest of ['', '00', '0002 ff']) {
      await expectNotAnswered(connect({ level: 4, flags: 'c2', payload: me + text('name') + rest }))
    }
  })

  it.each(levelsBefore5)('one of level %i may be empty, or bytes that are no text', async (level) => {
    const instance = await startInstance()
    for (const password of [Buffer.alloc(0), Buffer.from([0, 0xff, 0x80])]) {
      await instance.connect({ level, username: 'name', password })
    }
  })
})

statement('MQTT-3.1.2-22', 'Without the user name flag there is no password flag.', () => {
  it.each(levelsBefore5)('a CONNECT of level %i with a password only is not answered', async (level) => {
    await expectNotAnswered(connect({ level, flags: '42', payload: me + text('password') }))
  })
})

noTest('MQTT-3.1.2-23', 'A client that has nothing else to send sends PINGREQ in time.', 'binds the client')

statement('MQTT-3.1.2-24', 'A client that is silent for one and a half keep alives is disconnected.', () => {
  it.each(levelsBefore5)('at level %i, not before, and nobody else is', async (level) => {
    const instance = await startInstance()
    const patient = await instance.connect({ level, keepAliveS: 60 })
    const without = await instance.connect({ level, keepAliveS: 0 })
    const client = await instance.connect({ level, keepAliveS: 10 })
    instance.sweepIn(14_000)
    await client.expectNothing()
    instance.sweepIn(16_000)
    expect(await client.closed).toBeNull()
    expect(client.inbox).toEqual([])
    instance.sweepIn(80_000)
    for (const other of [patient, without]) await other.expectNothing()
    instance.sweepIn(91_000)
    expect(await patient.closed).toBeNull()
    await without.expectNothing()
  })

  const signsOfLife = atLevelsBefore5([
    { what: 'PUBLISH', bytes: '3003 0001 61' },
    { what: 'PUBACK', bytes: '4002 0001' },
    { what: 'SUBSCRIBE', bytes: '8206 0001 0001 61 00' },
    { what: 'PINGREQ', bytes: 'c000' }
  ])
  it.each(signsOfLife)('$what of level $level is a sign of life', async ({ level, bytes }) => {
    const instance = await startInstance()
    const client = await instance.connect({ level, keepAliveS: 10 })
    letPass(14_000)
    client.sendBytes(bytes)
    await eventually(() =>
      expect(instance.broker.clients[client.clientId]!.lastReceivedAtMs).toBe(Date.now())
    )
    instance.sweepIn(2_000)
    expect(client.isClosed).toBe(false)
    await client.ping()
  })
})

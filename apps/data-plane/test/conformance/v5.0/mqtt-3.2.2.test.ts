import { reasonCodes } from '@parley/mqtt-wire'
import { expect, it } from 'vitest'
import { type InstanceOptions, startInstance } from '../../support/data-plane.js'
import { allQos, levels } from '../../support/versions.js'
import { closedFor, refused, untilClosed } from '../support/closed-connections.js'
import { keptSession } from '../support/kept-session.js'
import { nextBytes } from '../support/next-bytes.js'
import { noTest, statement } from '../support/statement.js'
import { binary, connect, publish, text, will } from '../support/wire.js'

/** From 3.1.1 on CONNACK says whether a session was there. */
const tellingLevels = [4, 5] as const
const me = text('me')

statement('MQTT-3.2.2-1', 'The reserved bits of the acknowledge flags are 0.', () => {
  it.each(levels)('at level %i: a session sets bit 0 at most, in 3.1 none', async (level) => {
    const instance = await startInstance()
    for (const flags of ['00', level === 3 ? '00' : '01']) {
      const client = await instance.open()
      const answer = nextBytes(client)
      client.sendConnect(keptSession(level))
      expect(await answer).toMatch(new RegExp(`^20..${flags}00`))
      await client.next('connack')
      await client.disconnect()
    }
  })

  it.each(levels)('at level %i: a refusal sets none', async (level) => {
    const instance = await startInstance({ anonymous: false })
    const answer = await untilClosed(instance, connect({ level }))
    expect(answer[2]).toBe(0)
  })
})

statement('MQTT-3.2.2-2', 'After a clean start Session Present is 0.', () => {
  it.each(tellingLevels)('at level %i, also when there was a session', async (level) => {
    const instance = await startInstance()
    await (await instance.connect(keptSession(level))).disconnect()
    const client = await instance.connect({ ...keptSession(level), cleanStart: true })
    expect(client.connack).toMatchObject({ sessionPresent: false, reasonCode: 0 })
  })
})

statement('MQTT-3.2.2-3', 'Without a clean start Session Present says whether there is a session.', () => {
  it.each(tellingLevels)('at level %i', async (level) => {
    const instance = await startInstance()
    for (const sessionPresent of [false, true, true]) {
      const client = await instance.connect(keptSession(level))
      expect(client.connack).toMatchObject({ sessionPresent, reasonCode: 0 })
      await client.destroy()
    }
    const other = await instance.connect(keptSession(level, 'other'))
    expect(other.connack).toMatchObject({ sessionPresent: false, reasonCode: 0 })
  })

  it('not any more when its expiry is over', async () => {
    const instance = await startInstance()
    await (await instance.connect(keptSession(5))).disconnect()
    instance.sweepIn(365 * 86_400_000)
    expect((await instance.connect(keptSession(5))).connack.sessionPresent).toBe(false)
  })
})

noTest(
  'MQTT-3.2.2-4',
  'A client without a session that is told of one closes the connection.',
  'binds the client'
)

noTest('MQTT-3.2.2-5', 'A client that is told of no session discards its own.', 'binds the client')

statement('MQTT-3.2.2-6', 'A refusal has Session Present 0.', () => {
  it.each(levels)('at level %i, also when there is a session', async (level) => {
    const instance = await startInstance()
    await (await instance.connect(keptSession(level))).disconnect()
    await instance.change({ anonymous: false })
    const client = await instance.open()
    const answer = await client.connect(keptSession(level))
    expect(answer.sessionPresent).toBe(false)
    expect(answer.reasonCode).not.toBe(0)
    await client.closed
    await instance.change({ anonymous: true })
    const { sessionPresent } = (await instance.connect(keptSession(level))).connack
    expect(sessionPresent).toBe(level !== 3)
  })
})

interface Refusal {
  why: string
  hex: string
  reason: keyof typeof reasonCodes
  options?: InstanceOptions
}

const withWill = (topic: string): string => connect({ flags: '06', payload: me + will(5, text(topic)) })

const refusals: Refusal[] = [
  { why: 'a reserved flag', hex: connect({ flags: '03' }), reason: 'malformedPacket' },
  { why: 'a property twice', hex: connect({ properties: '04 1700 1700' }), reason: 'protocolError' },
  {
    why: 'an ill-formed client id',
    hex: connect({ payload: binary('ff') }),
    reason: 'clientIdentifierNotValid'
  },
  {
    why: 'a user name that nobody knows',
    hex: connect({ flags: '82', payload: me + text('name') }),
    reason: 'badUsernameOrPassword',
    options: { anonymous: false }
  },
  { why: 'no user name', hex: connect(), reason: 'notAuthorized', options: { anonymous: false } },
  { why: 'a method', hex: connect({ properties: '04 15 0001 78' }), reason: 'badAuthenticationMethod' },
  {
    why: 'a will to a topic that is too deep',
    hex: withWill('a/b/c'),
    reason: 'topicNameInvalid',
    options: { limits: { topicLevelsMax: 2 } }
  },
  { why: 'a will to a topic of the service', hex: withWill('$a'), reason: 'notAuthorized' },
  {
    why: 'a connection too many',
    hex: connect(),
    reason: 'quotaExceeded',
    options: { limits: { connectionsMax: 0 } }
  }
]

/** 3.2.2.2, without success. */
const connectReasons = [
  0x80, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8a, 0x8c, 0x90, 0x95, 0x97, 0x99, 0x9a, 0x9b,
  0x9c, 0x9d, 0x9f
]

statement('MQTT-3.2.2-7', 'After a refusal the server closes the connection.', () => {
  it.each(refusals)('for $why', async ({ hex, reason, options }) => {
    expect(await refused(await startInstance(options), hex)).toBe(reasonCodes[reason])
  })

  it.each([3, 4])('at level %i too', async (level) => {
    const notAuthorized = 5
    expect(await refused(await startInstance({ anonymous: false }), connect({ level }))).toBe(notAuthorized)
  })
})

statement('MQTT-3.2.2-8', 'CONNACK has one of the reason codes that are listed for it.', () => {
  it.each(refusals)('for $why', async ({ hex, options }) => {
    expect(connectReasons).toContain(await refused(await startInstance(options), hex))
  })
})

statement('MQTT-3.2.2-9', 'A server without QoS 1 or 2 names the QoS that it has.', () => {
  it('this one names none, and takes every QoS', async () => {
    const instance = await startInstance()
    const client = await instance.connect({ level: 5 })
    expect(client.connack.properties).not.toHaveProperty('maximumQos')
    for (const qos of allQos) {
      expect((await client.subscribe(`a/${qos}`, qos)).reasonCodes).toEqual([qos])
      expect(await client.publish(`a/${qos}`, 'x', { qos })).toBe(0)
      expect((await client.receive()).qos).toBe(qos)
    }
  })
})

noTest(
  'MQTT-3.2.2-10',
  'A server without QoS 1 or 2 grants subscriptions that ask for them all the same.',
  'this server has every QoS: [MQTT-3.2.2-9]'
)

noTest(
  'MQTT-3.2.2-11',
  'A client publishes at no QoS above the Maximum QoS of the server.',
  'binds the client'
)

noTest(
  'MQTT-3.2.2-12',
  'A will with a QoS that the server does not have is refused with its CONNECT.',
  'this server has every QoS: [MQTT-3.1.2-12]'
)

noTest(
  'MQTT-3.2.2-13',
  'A retained will is refused with its CONNECT by a server that retains nothing.',
  'this server retains messages: [MQTT-3.1.2-15]'
)

noTest(
  'MQTT-3.2.2-14',
  'A client retains nothing with a server whose Retain Available is 0.',
  'binds the client'
)

statement('MQTT-3.2.2-15', 'A client sends no packet above the Maximum Packet Size of the server.', () => {
  const limits = { packetBytesMax: 2_000 }

  it('a packet of that size is taken', async () => {
    const instance = await startInstance({ limits })
    const client = await instance.connect({ level: 5 })
    expect(client.connack.properties?.maximumPacketSize).toBe(2_000)
    await client.subscribe('a')
    const payloadBytes = 2_000 - 7
    await client.publish('a', Buffer.alloc(payloadBytes))
    expect((await client.receive()).payload).toHaveLength(payloadBytes)
  })

  it.each([
    { what: 'PUBLISH', firstByte: '30' },
    { what: 'SUBSCRIBE', firstByte: '82' },
    { what: 'DISCONNECT', firstByte: 'e0' }
  ])('a $what of a byte more closes the connection', async ({ firstByte }) => {
    const remainingLengthOf1998 = 'ce0f'
    expect(await closedFor(5, firstByte + remainingLengthOf1998, { limits })).toBe(reasonCodes.packetTooLarge)
  })
})

statement('MQTT-3.2.2-16', 'A client without an id is told a new one, which no other session has.', () => {
  it('not even one that is away', async () => {
    const instance = await startInstance()
    const ids = new Set<string>()
    for (let number = 0; number < 20; number++) {
      const client = await instance.connect({ ...keptSession(5), clientId: '' })
      expect(client.connack).toMatchObject({ sessionPresent: false, reasonCode: 0 })
      ids.add(client.connack.properties!.assignedClientIdentifier!)
      if (number % 2 === 0) await client.disconnect()
    }
    expect(ids.size).toBe(20)
    expect(ids).not.toContain('')
  })

  it('a client with an id is told none', async () => {
    const client = await (await startInstance()).connect({ level: 5 })
    expect(client.connack.properties).not.toHaveProperty('assignedClientIdentifier')
  })
})

statement(
  'MQTT-3.2.2-17',
  'A client uses no topic alias above the Topic Alias Maximum of the server.',
  () => {
    it('one above it closes the connection', async () => {
      const limits = { topicAliasMaximum: 2 }
      expect(await closedFor(5, publish(5, text('a'), '03 23 0003'), { limits })).toBe(
        reasonCodes.topicAliasInvalid
      )
    })
  }
)

statement('MQTT-3.2.2-18', 'A client uses no topic alias when the server takes none.', () => {
  it('one closes the connection', async () => {
    const limits = { topicAliasMaximum: 0 }
    const client = await (await startInstance({ limits })).connect({ level: 5 })
    expect(client.connack.properties?.topicAliasMaximum ?? 0).toBe(0)
    expect(await closedFor(5, publish(5, text('a'), '03 23 0001'), { limits })).toBe(
      reasonCodes.topicAliasInvalid
    )
  })
})

/** CONNACKs as small as they can be. */
const connacks = [
  { what: 'a CONNACK', anonymous: true, bytes: 16, reasonCode: 0 },
  { what: 'a refusal', anonymous: false, bytes: 5, reasonCode: reasonCodes.notAuthorized }
]

statement(
  'MQTT-3.2.2-19',
  'CONNACK has no Reason String that would make it too large for its client.',
  () => {
    it.each(connacks)('$what fits into $bytes bytes', async ({ anonymous, bytes, reasonCode }) => {
      const client = await (await startInstance({ anonymous })).open()
      const answer = nextBytes(client)
      const connack = await client.connect({ level: 5, properties: { maximumPacketSize: bytes } })
      expect(connack.reasonCode).toBe(reasonCode)
      expect(Buffer.from(await answer, 'hex')).toHaveLength(bytes)
    })
  }
)

statement(
  'MQTT-3.2.2-20',
  'CONNACK has no User Property that would make it too large for its client.',
  () => {
    it.each(connacks)('$what has none at all', async ({ anonymous }) => {
      const client = await (await startInstance({ anonymous })).open()
      const { properties } = await client.connect({ level: 5 })
      expect(properties?.userProperties).toBeUndefined()
    })
  }
)

noTest('MQTT-3.2.2-21', 'A client takes the Server Keep Alive instead of its own.', 'binds the client')

statement('MQTT-3.2.2-22', 'Without a Server Keep Alive the keep alive of the client holds.', () => {
  it('a keep alive that the server allows is not mentioned', async () => {
    const instance = await startInstance({ limits: { keepAliveMaxS: 60 } })
    const client = await instance.connect({ level: 5, keepAliveS: 10 })
    expect(client.connack.properties).not.toHaveProperty('serverKeepAlive')
    instance.sweepIn(14_500)
    await client.ping()
    instance.sweepIn(15_500)
    expect(await client.closed).toBe(reasonCodes.keepAliveTimeout)
  })

  it('with one it is the one of the server that holds', async () => {
    const instance = await startInstance({ limits: { keepAliveMaxS: 10 } })
    const client = await instance.connect({ level: 5, keepAliveS: 60 })
    expect(client.connack.properties?.serverKeepAlive).toBe(10)
    instance.sweepIn(14_500)
    await client.ping()
    instance.sweepIn(15_500)
    expect(await client.closed).toBe(reasonCodes.keepAliveTimeout)
  })
})

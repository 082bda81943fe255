import { reasonCodes } from '@parley/mqtt-wire'
import { eventually } from '@parley/testkit'
import { describe, expect, it } from 'vitest'
import { startInstance } from './support/data-plane.js'
import { levels, versionNames } from './support/versions.js'

describe.each(levels)('a client of protocol level %i', (level) => {
  it(`is let in (${versionNames[level]})`, async () => {
    const instance = await startInstance()
    const client = await instance.connect({ level, clientId: 'me' })
    expect(client.connack).toMatchObject({ reasonCode: 0, sessionPresent: false })
    await client.ping()
    expect(instance.broker.clients.me?.protocolVersion).toBe(versionNames[level])
  })

  it('is not let in without credentials when anonymous clients are not allowed', async () => {
    const instance = await startInstance({ anonymous: false })
    const client = await instance.open()
    const { reasonCode } = await client.connect({ level })
    expect(reasonCode).toBe(level === 5 ? reasonCodes.notAuthorized : 5)
    await client.closed
    expect(instance.drops('connection_refused')).toBe(1)
  })

  it('is not let in with a username that nobody knows', async () => {
    const instance = await startInstance({ anonymous: false })
    const client = await instance.open()
    const { reasonCode } = await client.connect({ level, username: 'somebody', password: 'secret' })
    expect(reasonCode).toBe(level === 5 ? reasonCodes.badUsernameOrPassword : 4)
    await client.closed
    expect(instance.broker.connectedClients).toBe(0)
  })

  it('is refused when the instance has as many connections as it may', async () => {
    const instance = await startInstance({ limits: { connectionsMax: 1 } })
    const first = await instance.connect({ level })
    const second = await instance.open()
    const { reasonCode } = await second.connect({ level })
    expect(reasonCode).toBe(level === 5 ? reasonCodes.quotaExceeded : 3)
    await second.closed
    await first.disconnect()
    await instance.connect({ level })
  })

  it('closes, without a will, when it sends DISCONNECT', async () => {
    const instance = await startInstance()
    const watcher = await instance.connect()
    await watcher.subscribe('#')
    const client = await instance.connect({ level, will: { topic: 'wills/me' } })
    await client.disconnect()
    await watcher.expectNothing()
    expect(instance.broker.connections.size).toBe(1)
  })

  it('may say everything in one segment', async () => {
    const instance = await startInstance()
    const client = await instance.open()
    const watcher = await instance.connect()
    await watcher.subscribe('#')
    client.sendConnect({ level })
    client.send(
      client.publishPacket('a', 'first', { qos: 1 }),
      client.publishPacket('a', 'second', { qos: 1 }),
      { type: 'pingreq' }
    )
    expect((await client.next()).type).toBe('connack')
    expect([await client.next(), await client.next(), await client.next()].map(({ type }) => type)).toEqual([
      'puback',
      'puback',
      'pingresp'
    ])
    expect((await watcher.next('publish')).payload.toString()).toBe('first')
    expect((await watcher.next('publish')).payload.toString()).toBe('second')
  })
})

describe('the client id', () => {
  it('is assigned to a v5 client that sends none', async () => {
    const instance = await startInstance()
    const client = await instance.connect({ level: 5, clientId: '' })
    const assigned = client.connack.properties?.assignedClientIdentifier
    expect(assigned).toMatch(/^auto-/)
    expect(instance.broker.clients[assigned!]).toBeDefined()
    const other = await instance.connect({ level: 5, clientId: '' })
    expect(other.connack.properties?.assignedClientIdentifier).not.toBe(assigned)
  })

  it('is not mentioned when the client brought its own', async () => {
    const client = await (await startInstance()).connect({ level: 5, clientId: 'mine' })
    expect(client.connack.properties?.assignedClientIdentifier).toBeUndefined()
  })

  it('may be empty in 3.1.1 with a clean session', async () => {
    const client = await (await startInstance()).connect({ level: 4, clientId: '', cleanStart: true })
    expect(client.connack.reasonCode).toBe(0)
  })

  it.each([
    { level: 3, cleanStart: true },
    { level: 3, cleanStart: false },
    { level: 4, cleanStart: false }
  ] as const)('may not be empty: level $level, clean $cleanStart', async (options) => {
    const client = await (await startInstance()).open()
    expect((await client.connect({ ...options, clientId: '' })).reasonCode).toBe(2)
    await client.closed
  })

  it('may be longer than 23 characters in every version', async () => {
    const instance = await startInstance()
    for (const level of levels) await instance.connect({ level, clientId: `${level}-${'x'.repeat(200)}` })
    expect(instance.broker.connectedClients).toBe(3)
  })
})

describe('a session that began in 3.1.1', () => {
  it('goes on in v5, and the other way round', async () => {
    const instance = await startInstance()
    const me = { clientId: 'me', cleanStart: false }
    const old = await instance.connect({ ...me, level: 4 })
    await old.subscribe('a', 1)
    const properties = { sessionExpiryInterval: 60 }
    const newer = await instance.connect({ ...me, level: 5, properties })
    expect(newer.connack.sessionPresent).toBe(true)
    await newer.publish('a', 'x', { qos: 1 })
    expect((await newer.next('publish')).payload.toString()).toBe('x')
    const again = await instance.connect({ ...me, level: 4 })
    expect(await again.receive()).toMatchObject({ dup: true, payload: Buffer.from('x') })
  })
})

describe('a broker', () => {
  it('is closed when nothing is left in it for a while, and made anew by the next client', async () => {
    const instance = await startInstance()
    await (await instance.connect()).disconnect()
    const { broker } = instance
    for (let second = 0; second < 40; second++) instance.sweepIn(0)
    expect(broker.closed).toBe(true)
    expect(instance.broker).toBeUndefined()
    await instance.connect()
    expect(instance.broker.closed).toBe(false)
  })

  it.each([
    { what: 'a kept session', cleanStart: false, retain: false },
    { what: 'a retained message', cleanStart: true, retain: true }
  ])('stays open for $what', async ({ cleanStart, retain }) => {
    const instance = await startInstance()
    const client = await instance.connect({ cleanStart })
    await client.publish('a', 'x', { qos: 1, retain })
    await client.disconnect()
    for (let second = 0; second < 40; second++) instance.sweepIn(0)
    expect(instance.broker.closed).toBe(false)
  })
})

describe('what CONNACK tells a v5 client', () => {
  it('names the limits of the instance', async () => {
    const limits = { receiveMaximum: 7, packetBytesMax: 5_000, topicAliasMaximum: 3 }
    const client = await (await startInstance({ limits })).connect({ level: 5 })
    expect(client.connack.properties).toEqual({
      receiveMaximum: 7,
      maximumPacketSize: 5_000,
      topicAliasMaximum: 3
    })
  })

  it('names a session expiry and a keep alive that are not what was asked for', async () => {
    const instance = await startInstance({ limits: { sessionExpiryMaxS: 60, keepAliveMaxS: 30 } })
    const client = await instance.connect({
      level: 5,
      keepAliveS: 100,
      properties: { sessionExpiryInterval: 0xffffffff }
    })
    expect(client.connack.properties).toMatchObject({ sessionExpiryInterval: 60, serverKeepAlive: 30 })
  })

  it('refuses enhanced authentication, which nothing here does', async () => {
    const client = await (await startInstance()).open()
    const { reasonCode } = await client.connect({ level: 5, properties: { authenticationMethod: 'SCRAM' } })
    expect(reasonCode).toBe(reasonCodes.badAuthenticationMethod)
    await client.closed
  })
})

describe('takeover', () => {
  it.each(levels)(
    'closes the older connection of the client id: level %i hears what it can',
    async (level) => {
      const instance = await startInstance()
      const older = await instance.connect({ level, clientId: 'twin' })
      const newer = await instance.connect({ clientId: 'twin' })
      expect(await older.closed).toBe(level === 5 ? reasonCodes.sessionTakenOver : null)
      await newer.ping()
      expect(instance.broker.connectedClients).toBe(1)
      expect(instance.drops('taken_over')).toBe(1)
    }
  )

  it('leaves one connection of three that connect at once', async () => {
    const instance = await startInstance()
    const clients = await Promise.all([instance.open(), instance.open(), instance.open()])
    for (const client of clients) client.sendConnect({ clientId: 'twin', cleanStart: false })
    await Promise.race([
      Promise.all([clients[0]!.closed, clients[1]!.closed]),
      Promise.all([clients[0]!.closed, clients[2]!.closed]),
      Promise.all([clients[1]!.closed, clients[2]!.closed])
    ])
    const open = clients.filter((client) => !client.isClosed)
    expect(open).toHaveLength(1)
    await open[0]!.ping()
    expect(instance.broker.connections.size).toBe(1)
    expect(instance.broker.connectedClients).toBe(1)
  })

  it('does not let the end of the older connection undo the newer one', async () => {
    const instance = await startInstance()
    const older = await instance.connect({ clientId: 'twin' })
    const newer = await instance.connect({ clientId: 'twin' })
    await newer.subscribe('a')
    await older.closed
    await newer.publish('a', 'still here')
    expect((await newer.next('publish')).payload.toString()).toBe('still here')
    expect(instance.broker.clients.twin).toBeDefined()
  })

  it('does not happen between instances', async () => {
    const instance = await startInstance()
    const neighbour = await instance.plane.instance()
    const here = await instance.connect({ clientId: 'twin' })
    const there = await neighbour.connect({ clientId: 'twin' })
    await Promise.all([here.ping(), there.ping()])
  })
})

describe('the session', () => {
  it.each([
    { level: 3 as const, properties: undefined },
    { level: 4 as const, properties: undefined },
    { level: 5 as const, properties: { sessionExpiryInterval: 60 } }
  ])('is there again after a reconnect at level $level, with its subscriptions', async (options) => {
    const instance = await startInstance()
    const kept = { level: options.level, clientId: 'me', cleanStart: false }
    const properties = options.properties && { properties: options.properties }
    const first = await instance.connect({ ...kept, ...properties })
    expect(first.connack.sessionPresent).toBe(false)
    await first.subscribe('a', 1)
    await first.disconnect()
    const sender = await instance.connect()
    await sender.publish('a', 'while away', { qos: 1 })
    const second = await instance.connect({ ...kept, ...properties })
    // 3.1 has no Session Present: the bit is reserved.
    expect(second.connack.sessionPresent).toBe(options.level !== 3)
    expect((await second.receive()).payload.toString()).toBe('while away')
  })

  it.each(levels)('is gone after a clean start at level %i', async (level) => {
    const instance = await startInstance()
    const first = await instance.connect({ level: 4, clientId: 'me', cleanStart: false })
    await first.subscribe('a', 1)
    await first.disconnect()
    const clean = await instance.connect({ level, clientId: 'me', cleanStart: true })
    expect(clean.connack.sessionPresent).toBe(false)
    const sender = await instance.connect({ level: 5 })
    expect(await sender.publish('a', 'x', { qos: 1 })).toBe(reasonCodes.noMatchingSubscribers)
    await clean.expectNothing()
  })

  it('ends with the connection when v5 asks for no expiry, also without a clean start', async () => {
    const instance = await startInstance()
    const first = await instance.connect({ level: 5, clientId: 'me', cleanStart: false })
    await first.subscribe('a', 1)
    await first.disconnect()
    const second = await instance.connect({ level: 5, clientId: 'me', cleanStart: false })
    expect(second.connack.sessionPresent).toBe(false)
  })

  it('ends when its expiry is over, and is counted', async () => {
    const instance = await startInstance()
    const properties = { sessionExpiryInterval: 10 }
    const first = await instance.connect({ level: 5, clientId: 'me', cleanStart: false, properties })
    await first.subscribe('a', 1)
    await first.disconnect()
    instance.sweepIn(9_000)
    const sender = await instance.connect({ level: 5 })
    expect(await sender.publish('a', 'x', { qos: 1 })).toBe(0)
    instance.sweepIn(11_000)
    await eventually(() => expect(instance.drops('session_expired')).toBe(1))
    expect(await sender.publish('a', 'x', { qos: 1 })).toBe(reasonCodes.noMatchingSubscribers)
    const second = await instance.connect({ level: 5, clientId: 'me', cleanStart: false, properties })
    expect(second.connack.sessionPresent).toBe(false)
  })

  it('takes the expiry that DISCONNECT gives it', async () => {
    const instance = await startInstance()
    const options = { level: 5 as const, clientId: 'me', cleanStart: false }
    const first = await instance.connect({ ...options, properties: { sessionExpiryInterval: 60 } })
    await first.disconnect(0, { sessionExpiryInterval: 0 })
    const second = await instance.connect(options)
    expect(second.connack.sessionPresent).toBe(false)
  })

  it('refuses to be kept by DISCONNECT when CONNECT said that it ends', async () => {
    const client = await (await startInstance()).connect({ level: 5 })
    client.send({ type: 'disconnect', reasonCode: 0, properties: { sessionExpiryInterval: 5 } })
    expect(await client.closed).toBe(reasonCodes.protocolError)
  })
})

describe('time limits', () => {
  it.each(levels)('close a client of level %i after one and a half keep alives of silence', async (level) => {
    const instance = await startInstance()
    const client = await instance.connect({ level, keepAliveS: 1 })
    instance.sweepIn(1_400)
    await client.ping()
    instance.sweepIn(1_600)
    expect(await client.closed).toBe(level === 5 ? reasonCodes.keepAliveTimeout : null)
    expect(instance.drops('keep_alive_timeout')).toBe(1)
  })

  it('do not close a client that asked for no keep alive', async () => {
    const instance = await startInstance()
    const client = await instance.connect({ keepAliveS: 0 })
    instance.sweepIn(365 * 86_400_000)
    await client.ping()
  })

  it('close a connection that does not say CONNECT', async () => {
    const instance = await startInstance()
    const client = await instance.open()
    const neighbour = await instance.connect()
    instance.sweepIn(9_000)
    expect(client.isClosed).toBe(false)
    instance.sweepIn(11_000)
    expect(await client.closed).toBeNull()
    expect(instance.drops('connect_timeout')).toBe(1)
    await neighbour.ping()
  })
})

describe('the status of the instance', () => {
  it.each(levels)(
    'suspended: closes and refuses clients of level %i, and lets them in again later',
    async (level) => {
      const instance = await startInstance()
      const client = await instance.connect({ level })
      await instance.change({ status: 'suspended' })
      expect(await client.closed).toBe(level === 5 ? reasonCodes.administrativeAction : null)
      await expect(instance.open()).rejects.toThrow('ECONNREFUSED')
      await instance.change({ status: 'running' })
      await instance.connect({ level })
    }
  )

  it('deleted: closes, refuses, and forgets the sessions', async () => {
    const instance = await startInstance()
    const client = await instance.connect({ level: 5 })
    await instance.change({ deleted: true })
    expect(await client.closed).toBe(reasonCodes.administrativeAction)
    await expect(instance.open()).rejects.toThrow('ECONNREFUSED')
    expect(instance.plane.directory.openBroker(instance.id)).toBeUndefined()
  })

  it('deleted right after it was made: its port does not stay open', async () => {
    const instance = await startInstance({ status: 'suspended' })
    const opened = instance.change({ status: 'running' })
    const closed = instance.change({ deleted: true })
    await Promise.all([opened, closed])
    await expect(instance.open()).rejects.toThrow('ECONNREFUSED')
  })

  it('a change of the limits is live for the next client', async () => {
    const instance = await startInstance()
    await instance.connect()
    await instance.change({ limits: { connectionsMax: 1 } })
    const refused = await instance.open()
    expect((await refused.connect()).reasonCode).toBe(3)
    await refused.closed
  })
})

import { type ProtocolLevel, reasonCodes } from '@parley/mqtt-wire'
import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { levels } from '../../support/versions.js'
import { bystander, refused, told } from '../support/closed-connections.js'
import { keptSession } from '../support/kept-session.js'
import { nextBytes } from '../support/next-bytes.js'
import { statement } from '../support/statement.js'
import { startWatched } from '../support/watcher.js'
import { binary, connect, text, will } from '../support/wire.js'

const { clientIdentifierNotValid, malformedPacket } = reasonCodes
const everyField = 'ce'
const alphabet = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'

statement(
  'MQTT-3.1.3-1',
  'The fields of the payload stand in order: client id, will properties, will topic, will payload, user name, password.',
  () => {
    it.each(levels)('all of them are read so at level %i', async (level) => {
      const { instance, watcher } = await startWatched({
        rules: [{ condition: { username: 'name' }, actions: { responseTopic: 'by/${clientId}' } }]
      })
      const contentType = `${level === 5 ? '04 03 0001 74' : ''}`
      const willFields = contentType + text('wills/id') + binary('01ff')
      const payload = text('id') + willFields + text('name') + text('password')
      const client = await instance.open()
      const answer = nextBytes(client)
      client.sendBytes(connect({ level, flags: everyField, payload }))
      expect(await answer).toMatch(/^20..0000/)
      await client.destroy()
      const published = await watcher.receive()
      expect(published).toMatchObject({ topic: 'wills/id', qos: 1, payload: Buffer.from([1, 0xff]) })
      expect(published.properties).toEqual({
        responseTopic: 'by/id',
        ...(level === 5 && { contentType: 't' })
      })
    })

    it.each([4, 5] as const)('in another order they are refused to level %i', async (level) => {
      const instance = await startInstance()
      const payload = text('id') + text('name') + will(level)
      expect(await refused(instance, connect({ level, flags: '86', payload }))).toBe(
        told(level, malformedPacket)
      )
    })
  }
)

statement('MQTT-3.1.3-2', 'The client id is what tells the sessions apart.', () => {
  it.each(levels)('each id of level %i has its own session, case and blanks included', async (level) => {
    const instance = await startInstance()
    const ids = ['me', 'ME', 'me ', 'mé']
    for (const id of ids) {
      const client = await instance.connect(keptSession(level, id))
      await client.subscribe(`to/${id}`, 1)
      await client.disconnect()
    }
    const publisher = await instance.connect({ level })
    for (const id of ids) await publisher.publish(`to/${id}`, id, { qos: 1 })
    for (const id of ids) {
      const client = await instance.connect(keptSession(level, id))
      expect((await client.receive()).payload.toString()).toBe(id)
      await client.expectNothing()
    }
  })
})

statement('MQTT-3.1.3-3', 'The client id is there, as the first field of the payload.', () => {
  it.each(levels)('a CONNECT of level %i without one is refused', async (level) => {
    const instance = await startInstance()
    const stillWell = await bystander(instance)
    expect(await refused(instance, connect({ level, payload: '' }))).toBe(told(level, malformedPacket))
    await stillWell()
  })
})

statement('MQTT-3.1.3-4', 'The client id is a UTF-8 string.', () => {
  it.each(['c328', 'eda080', '00'])('%s is refused', async (bytes) => {
    const instance = await startInstance()
    for (const level of levels) {
      const hex = connect({ level, payload: binary(bytes) })
      expect(await refused(instance, hex)).toBe(told(level, clientIdentifierNotValid))
    }
  })
})

statement('MQTT-3.1.3-5', 'Client ids of 1 to 23 digits and letters are allowed.', () => {
  it.each(levels)('at level %i', async (level) => {
    const instance = await startInstance()
    const ids = [...alphabet, alphabet.slice(0, 23), alphabet.slice(23, 46), alphabet.slice(39)]
    const clients = await Promise.all(ids.map((clientId) => instance.connect({ level, clientId })))
    for (const client of clients) expect(client.connack.reasonCode).toBe(0)
    expect(instance.broker.connectedClients).toBe(ids.length)
  })
})

statement('MQTT-3.1.3-6', 'A client whose id is empty is assigned one of its own.', () => {
  it.each([4, 5] as const)('at level %i', async (level) => {
    const instance = await startInstance()
    const clients = await Promise.all([1, 2, 3].map(() => instance.connect({ level, clientId: '' })))
    expect(instance.broker.connectedClients).toBe(3)
    for (const client of clients) await client.expectNothing()
  })
})

statement(
  'MQTT-3.1.3-7',
  'The assigned id is named in CONNACK, and is as good as one that the client brought.',
  () => {
    it('its session goes on under it', async () => {
      const instance = await startInstance()
      const first = await instance.connect({ ...keptSession(5), clientId: '' })
      const clientId = first.connack.properties!.assignedClientIdentifier!
      expect(clientId).not.toBe('')
      await first.subscribe('a', 1)
      await first.destroy()
      const publisher = await instance.connect()
      await publisher.publish('a', 'x', { qos: 1 })
      const second = await instance.connect(keptSession(5, clientId))
      expect(second.connack.sessionPresent).toBe(true)
      expect((await second.receive()).payload.toString()).toBe('x')
    })
  }
)

statement('MQTT-3.1.3-8', 'After a client id that it rejects the server closes the connection.', () => {
  it('5.0 is told that the client id is not valid', async () => {
    const hex = connect({ payload: binary('ff') })
    expect(await refused(await startInstance(), hex)).toBe(clientIdentifierNotValid)
  })

  it.each([
    { level: 3, flags: '02' },
    { level: 3, flags: '00' },
    { level: 4, flags: '00' }
  ])('level $level is told so of an empty one it may not have: flags $flags', async ({ level, flags }) => {
    const instance = await startInstance()
    const stillWell = await bystander(instance)
    const identifierRejected = 2
    expect(await refused(instance, connect({ level, flags, payload: text('') }))).toBe(identifierRejected)
    await stillWell()
  })
})

statement(
  'MQTT-3.1.3-9',
  'A will whose delay is not over is not sent when the session has a new connection.',
  () => {
    const delayed = { topic: 'wills/me', properties: { willDelayInterval: 1 } }

    it('neither after a cut line nor at a takeover', async () => {
      const { instance, watcher } = await startWatched()
      const cut = await instance.connect({ ...keptSession(5, 'cut'), will: delayed })
      await cut.destroy()
      await instance.connect({ ...keptSession(5, 'taken over'), will: delayed })
      for (const id of ['cut', 'taken over']) await instance.connect(keptSession(5, id))
      await watcher.expectNothing(delayed.properties.willDelayInterval * 1_500)
    })

    it('a will without a delay is sent at a takeover', async () => {
      const { instance, watcher } = await startWatched()
      await instance.connect({ ...keptSession(5), will: { topic: 'wills/me' } })
      await instance.connect(keptSession(5))
      expect((await watcher.receive()).topic).toBe('wills/me')
      await watcher.expectNothing()
    })
  }
)

statement('MQTT-3.1.3-10', 'A will keeps the order of its user properties.', () => {
  it('with names and pairs that come more than once', async () => {
    const { instance, watcher } = await startWatched()
    const userProperties = ['b', 'a', 'b', '', 'c', 'b'].map((key, at) => ({ key, value: `${at % 2}` }))
    const will = { topic: 'wills/me', properties: { userProperties } }
    const client = await instance.connect({ level: 5, will })
    await client.destroy()
    expect((await watcher.receive()).properties?.userProperties).toEqual(userProperties)
  })
})

const illFormed = levels.flatMap((level) => ['c328', 'eda080', '6100'].map((bytes) => ({ level, bytes })))

statement('MQTT-3.1.3-11', 'The will topic is a UTF-8 string.', () => {
  it.each(illFormed)('$bytes is refused to level $level', async ({ level, bytes }) => {
    const { instance, watcher } = await startWatched()
    const payload = text('me') + will(level, binary(bytes))
    expect(await refused(instance, connect({ level, flags: '06', payload }))).toBe(
      told(level, malformedPacket)
    )
    await watcher.expectNothing()
  })
})

statement('MQTT-3.1.3-12', 'The user name is a UTF-8 string.', () => {
  it.each(illFormed)('$bytes is refused to level $level', async ({ level, bytes }) => {
    const instance = await startInstance()
    const payload = text('me') + binary(bytes)
    expect(await refused(instance, connect({ level, flags: '82', payload }))).toBe(
      told(level, malformedPacket)
    )
  })

  it.each(levels)('any other is let in at level %i', async (level: ProtocolLevel) => {
    const instance = await startInstance()
    const client = await instance.connect({ level, clientId: 'me', username: 'naïve \u{1f600}' })
    await client.ping()
    expect(instance.broker.clients.me?.username).toBe('naïve \u{1f600}')
  })
})

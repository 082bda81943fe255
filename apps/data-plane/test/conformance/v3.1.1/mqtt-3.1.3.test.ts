import { expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { bystander, refused, untilClosed } from '../support/closed-connections.js'
import { expectNotAnswered } from '../support/closed-without-a-word.js'
import { keptSession } from '../support/kept-session.js'
import { atLevelsBefore5, levelsBefore5 } from '../support/levels-before-5.js'
import { noTest, statement } from '../support/statement.js'
import { startWatched } from '../support/watcher.js'
import { binary, connect, text, will } from '../support/wire.js'

const identifierRejected = 2
const everyField = 'ce'
const alphabet = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'
const illFormed = atLevelsBefore5(['c328', 'eda080', '6100'].map((bytes) => ({ bytes })))

statement(
  'MQTT-3.1.3-1',
  'The payload holds client id, will topic, will message, user name and password in this order.',
  () => {
    it.each(levelsBefore5)('all five are read so at level %i', async (level) => {
      const { instance, watcher } = await startWatched()
      const client = await instance.open()
      const payload = text('id') + text('wills/id') + binary('01ff') + text('name') + text('password')
      client.sendBytes(connect({ level, flags: everyField, payload }))
      await client.next('connack')
      expect(instance.broker.clients.id?.username).toBe('name')
      await client.destroy()
      const published = await watcher.receive()
      expect(published).toMatchObject({ topic: 'wills/id', qos: 1, payload: Buffer.from([1, 0xff]) })
      await watcher.expectNothing()
    })

    it('user name and password follow the client id when there is no will', async () => {
      const instance = await startInstance()
      const client = await instance.open()
      client.sendBytes(connect({ level: 4, flags: 'c2', payload: text('id') + text('name') + binary('00') }))
      await client.next('connack')
      expect(instance.broker.clients.id?.username).toBe('name')
    })

    it('a field too many is not answered', async () => {
      const payload = text('id') + text('wills/id') + binary('ff') + text('name') + text('password')
      await expectNotAnswered(connect({ level: 4, flags: everyField, payload: payload + text('more') }))
    })
  }
)

statement('MQTT-3.1.3-2', 'The client id is what tells sessions apart.', () => {
  it.each(levelsBefore5)('each id of level %i has a session of its own', async (level) => {
    const instance = await startInstance()
    const ids = ['me', 'ME', 'me ', 'm\u00e9', 'me\u0301']
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
  it.each(levelsBefore5)('a CONNECT of level %i without one is not answered', async (level) => {
    for (const payload of ['', '00', '0003 6d65']) await expectNotAnswered(connect({ level, payload }))
  })
})

statement('MQTT-3.1.3-4', 'The client id is a UTF-8 string.', () => {
  it.each(illFormed)('$bytes of level $level is not answered', async ({ level, bytes }) => {
    await expectNotAnswered(connect({ level, payload: binary(bytes) }))
  })
})

statement('MQTT-3.1.3-5', 'Client ids of 1 to 23 digits and letters are allowed.', () => {
  it.each(levelsBefore5)('each character at level %i, and 23 of them', async (level) => {
    const instance = await startInstance()
    const ids = [...alphabet, alphabet.slice(0, 23), alphabet.slice(23, 46), alphabet.slice(39)]
    await Promise.all(ids.map((clientId) => instance.connect({ level, clientId })))
    expect(Object.keys(instance.broker.clients).toSorted()).toEqual(ids.toSorted())
  })
})

statement('MQTT-3.1.3-6', 'A client whose id is empty is given one of its own.', () => {
  it('several have sessions of their own, which end with their connections', async () => {
    const instance = await startInstance()
    const clients = await Promise.all([1, 2, 3].map(() => instance.connect({ level: 4, clientId: '' })))
    expect(new Set(Object.keys(instance.broker.clients)).size).toBe(3)
    for (const [at, client] of clients.entries()) await client.subscribe(`to/${at}`, 1)
    await clients[0]!.publish('to/1', 'x', { qos: 1 })
    expect((await clients[1]!.receive()).payload.toString()).toBe('x')
    for (const client of clients) await client.expectNothing()
    await clients[1]!.disconnect()
    const again = await instance.connect({ level: 4, clientId: '' })
    expect(again.connack.sessionPresent).toBe(false)
    await clients[0]!.publish('to/1', 'x', { qos: 1 })
    await again.expectNothing()
  })

  it('may have a will, under its own id', async () => {
    const { instance, watcher } = await startWatched()
    const client = await instance.connect({ level: 4, clientId: '', will: { topic: 'wills/nobody' } })
    await client.destroy()
    expect((await watcher.receive()).topic).toBe('wills/nobody')
  })
})

noTest(
  'MQTT-3.1.3-7',
  'A client with an empty id sets Clean Session.',
  'binds the client; what the server does: [MQTT-3.1.3-8]'
)

statement('MQTT-3.1.3-8', 'An empty client id without Clean Session is refused with 2, then closed.', () => {
  it.each([
    { what: 'alone', flags: '00', payload: '' },
    { what: 'with a will', flags: '04', payload: will(4) },
    { what: 'with a user name', flags: '80', payload: text('name') }
  ])('$what', async ({ flags, payload }) => {
    const instance = await startInstance()
    const stillWell = await bystander(instance)
    const answer = await untilClosed(instance, connect({ level: 4, flags, payload: text('') + payload }))
    expect(answer.toString('hex')).toBe('20020002')
    await stillWell()
  })
})

statement(
  'MQTT-3.1.3-9',
  'A client id that the server rejects is answered with CONNACK 2, then closed.',
  () => {
    it.each(['00', '02'])('the empty one, which 3.1 does not have: flags %s', async (flags) => {
      const instance = await startInstance()
      const stillWell = await bystander(instance)
      const hex = connect({ level: 3, flags, payload: text('') })
      expect(await refused(instance, hex)).toBe(identifierRejected)
      await stillWell()
      expect(Object.keys(instance.broker.clients)).toEqual(['bystander'])
    })
  }
)

statement('MQTT-3.1.3-10', 'The will topic is a UTF-8 string.', () => {
  it.each(illFormed)('$bytes of level $level is not answered', async ({ level, bytes }) => {
    const payload = text('me') + will(level, binary(bytes))
    await expectNotAnswered(connect({ level, flags: '06', payload }))
  })

  it.each(levelsBefore5)('any other is a topic at level %i', async (level) => {
    const { instance, watcher } = await startWatched()
    const client = await instance.connect({ level, will: { topic: 'wills/größe/\u{1f600}' } })
    await client.destroy()
    expect((await watcher.receive()).topic).toBe('wills/größe/\u{1f600}')
  })
})

statement('MQTT-3.1.3-11', 'The user name is a UTF-8 string.', () => {
  it.each(illFormed)('$bytes of level $level is not answered', async ({ level, bytes }) => {
    await expectNotAnswered(connect({ level, flags: '82', payload: text('me') + binary(bytes) }))
  })

  it.each(levelsBefore5)('any other is a name at level %i', async (level) => {
    const instance = await startInstance()
    await instance.connect({ level, clientId: 'me', username: 'größe \u{1f600}' })
    expect(instance.broker.clients.me?.username).toBe('größe \u{1f600}')
  })
})

import { describe, expect, it } from 'vitest'
import { startInstance } from '../../support/data-plane.js'
import { levels } from '../../support/versions.js'
import { refused, untilClosed } from '../support/closed-connections.js'
import { expectClosed, expectNotAnswered } from '../support/closed-without-a-word.js'
import { keptSession } from '../support/kept-session.js'
import { nextBytes } from '../support/next-bytes.js'
import { startWatched } from '../support/watcher.js'
import { binary, connect, text, will } from '../support/wire.js'

/**
 * What MQTT 3.1 asks for otherwise than 3.1.1. Its sections number no statements; what holds for both is tested at both levels
 * beside the statements of 3.1.1.
 */

const unacceptableProtocolVersion = 1
const identifierRejected = 2
const accepted = '20020000'
const disconnect = 'e000'
const me = text('me')

/** All bytes that come back to a CONNECT of 3.1 which then leaves. */
async function answerTo(options: Parameters<typeof connect>[0]): Promise<string> {
  const answer = await untilClosed(await startInstance(), connect({ ...options, level: 3 }) + disconnect)
  return answer.toString('hex')
}

describe('protocol name and version', () => {
  it('MQIsdp with version 3 is let in', async () => {
    const instance = await startInstance()
    const client = await instance.open()
    client.sendBytes(`1010 0006 4d5149736470 03 02 0000 ${me}`)
    expect((await client.next('connack')).reasonCode).toBe(0)
    expect(instance.broker.clients.me?.protocolVersion).toBe('3.1')
  })

  it.each([
    { name: 'MQTT', level: 3 },
    { name: 'MQIsdp', level: 2 },
    { name: 'MQIsdp', level: 4 },
    { name: 'MQIsdp', level: 5 }
  ])('$name with version $level is told that it is not', async (options) => {
    expect(await refused(await startInstance(), connect(options))).toBe(unacceptableProtocolVersion)
  })

  it.each(['mqisdp', 'MQISDP', 'MQIsdp '])('"%s" is not answered', async (name) => {
    await expectNotAnswered(connect({ name, level: 3 }))
  })
})

describe('connect flags', () => {
  it('the reserved one is not used: what it says is disregarded', async () => {
    expect(await answerTo({ flags: '03', payload: me })).toBe(accepted)
  })

  it.each(['0a', '12', '1a', '22', '3a'])(
    'will QoS and will retain without a will are disregarded: flags %s',
    async (flags) => {
      expect(await answerTo({ flags, payload: me })).toBe(accepted)
    }
  )

  it.each([
    { what: 'a user name', flags: '82', fields: '' },
    { what: 'a user name and a password', flags: 'c2', fields: '' },
    { what: 'a password', flags: 'c2', fields: text('name') },
    { what: 'both behind a will', flags: 'c6', fields: will(3) }
  ])('$what that the flags promise may be missing at the end', async ({ flags, fields }) => {
    expect(await answerTo({ flags, payload: me + fields })).toBe(accepted)
  })

  it('a user name that is missing is none', async () => {
    const instance = await startInstance({ anonymous: false })
    const notAuthorized = 5
    expect(await refused(instance, connect({ level: 3, flags: '82', payload: me }))).toBe(notAuthorized)
  })

  it('one that ends early is malformed all the same', async () => {
    await expectNotAnswered(connect({ level: 3, flags: '82', payload: `${me}0004 6e61` }))
    await expectNotAnswered(connect({ level: 3, flags: 'c2', payload: `${me}${text('name')}00` }))
  })
})

describe('client identifier', () => {
  it.each([
    { what: 'clean', flags: '02' },
    { what: 'not clean', flags: '00' }
  ])('an empty one is rejected: $what', async ({ flags }) => {
    const hex = connect({ level: 3, flags, payload: text('') })
    expect(await refused(await startInstance(), hex)).toBe(identifierRejected)
  })

  it('one of 1 to 23 characters is let in', async () => {
    for (const id of ['x', 'x'.repeat(23)]) expect(await answerTo({ payload: text(id) })).toBe(accepted)
  })
})

describe('CONNACK', () => {
  it('has no Session Present: its first byte is unused, also when the session goes on', async () => {
    const instance = await startInstance()
    await (await instance.connect(keptSession(4))).disconnect()
    for (let time = 0; time < 2; time++) {
      const hex = connect({ level: 3, flags: '00', payload: me }) + disconnect
      expect((await untilClosed(instance, hex)).toString('hex')).toBe(accepted)
    }
  })

  it('of the same session says so when the client is one of 3.1.1', async () => {
    const instance = await startInstance()
    const older = await instance.connect(keptSession(3))
    await older.subscribe('a', 1)
    await older.disconnect()
    const newer = await instance.connect(keptSession(4))
    expect(newer.connack.sessionPresent).toBe(true)
    await newer.publish('a', 'x', { qos: 1 })
    expect((await newer.receive()).payload.toString()).toBe('x')
  })
})

describe('the DUP flag', () => {
  it('stands on a SUBSCRIBE and an UNSUBSCRIBE that are sent again', async () => {
    const client = await (await startInstance()).connect({ level: 3 })
    for (const firstByte of ['82', '8a']) {
      client.sendBytes(`${firstByte}06 0007 0001 61 01`)
      expect(await client.next()).toMatchObject({ type: 'suback', packetId: 7, reasonCodes: [1] })
    }
    await client.publish('a', 'x', { qos: 1 })
    await client.receive()
    await client.expectNothing()
    for (const firstByte of ['a2', 'aa']) {
      client.sendBytes(`${firstByte}05 0008 0001 61`)
      expect(await client.next()).toMatchObject({ type: 'unsuback', packetId: 8 })
    }
    await client.publish('a', 'y', { qos: 1 })
    await client.expectNothing()
  })

  it('stands on a PUBREL that is sent again', async () => {
    const { instance, watcher } = await startWatched()
    const client = await instance.connect({ level: 3 })
    client.sendBytes('3406 0001 61 0009 78')
    await client.next('pubrec')
    for (const firstByte of ['62', '6a']) {
      client.sendBytes(`${firstByte}02 0009`)
      expect(await client.next()).toMatchObject({ type: 'pubcomp', packetId: 9 })
    }
    await watcher.receive()
    await watcher.expectNothing()
  })

  it.each(['80', '81', '83', '84', '8c', '8f'])(
    'no other than it and QoS 1: %s is closed',
    async (firstByte) => {
      await expectClosed(3, `${firstByte}06 0001 0001 61 00`)
    }
  )

  it('is not on what the server sends again but PUBLISH', async () => {
    const instance = await startInstance()
    const first = await instance.connect(keptSession(3))
    await first.subscribe('a', 2)
    await (await instance.connect()).publish('a', 'x', { qos: 2 })
    const { packetId } = await first.next('publish')
    first.ack('pubrec', packetId)
    await first.next('pubrel')
    await first.destroy()
    const second = await instance.open()
    const answer = nextBytes(second)
    second.sendConnect(keptSession(3))
    const pubrel = '62020001'
    expect(await answer).toBe(accepted + pubrel)
  })
})

describe('a client that may not do something', () => {
  it('gets a SUBACK that grants what it asked for, and no message: there is no other code', async () => {
    const instance = await startInstance({ limits: { topicLevelsMax: 2 } })
    const client = await instance.connect({ level: 3 })
    await client.publish('a/b', 'kept', { qos: 1, retain: true })
    const { reasonCodes } = await client.subscribe(['$parley/inbox/1', 'a/b/#', 'c'], 1)
    expect(reasonCodes).toEqual([1, 1, 1])
    await client.publish('a/b', 'x', { qos: 1 })
    await client.expectNothing()
  })

  it('gets the acknowledgement of a PUBLISH that nobody gets', async () => {
    const { instance, watcher } = await startWatched()
    const client = await instance.connect({ level: 3 })
    client.sendBytes('3207 0002 2461 0001 78')
    expect(await client.next()).toMatchObject({ type: 'puback', packetId: 1 })
    await watcher.expectNothing()
  })
})

describe('UTF-8', () => {
  it.each(levels)('text of 3.1 is the same to level %i, and back', async (level) => {
    const instance = await startInstance()
    const topic = 'ß/ж/한/\u{1f512}'
    const old = await instance.connect({ level: 3 })
    const other = await instance.connect({ level })
    for (const client of [old, other]) await client.subscribe(topic, 1)
    for (const publisher of [old, other]) {
      await publisher.publish(topic, topic, { qos: 1 })
      for (const client of [old, other]) {
        const packet = await client.receive()
        expect([packet.topic, packet.payload.toString()]).toEqual([topic, topic])
      }
    }
  })

  it('what is none closes the connection', async () => {
    await expectClosed(3, `3005 ${binary('eda080')}`)
  })
})

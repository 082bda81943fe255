import { encode, type Packet, type ProtocolLevel, reasonCodes } from '@parley/mqtt-wire'
import type { MqttProbe } from '@parley/testkit'
import { describe, expect, it } from 'vitest'
import { startInstance, type TestInstance } from './support/data-plane.js'
import { request, requestTopic, responder } from './support/request-reply.js'
import { levels, refusedAs } from './support/versions.js'

/** A client that must not notice anything: its subscription still delivers, over the connection that it had. */
async function bystander(instance: TestInstance): Promise<() => Promise<void>> {
  const client = await instance.connect({ level: 5, clientId: 'bystander' })
  await client.subscribe('quiet/place', 1)
  return async () => {
    await client.publish('quiet/place', 'all is well', { qos: 1 })
    expect((await client.receive()).payload.toString()).toBe('all is well')
    await client.expectNothing()
  }
}

function connectBytes(level: ProtocolLevel): Buffer {
  return encode(
    {
      type: 'connect',
      protocolLevel: level,
      cleanStart: true,
      keepAliveS: 0,
      clientId: `rude-${level}`,
      username: undefined,
      password: undefined,
      will: undefined,
      properties: undefined
    },
    level
  )
}

describe('before CONNECT', () => {
  const openings = [
    { what: 'a PUBLISH', bytes: '3003000161' },
    { what: 'a PUBLISH that announces 256 MiB', bytes: '30ffffff7f 0001' },
    { what: 'a CONNECT that announces 256 MiB', bytes: '10ffffff7f 00044d515454' },
    { what: 'a length of five bytes', bytes: '10ffffffff7f' },
    { what: 'a PINGREQ', bytes: 'c000' },
    { what: 'packet type 0', bytes: '0000' },
    { what: 'an HTTP request', bytes: Buffer.from('GET / HTTP/1.1\r\n\r\n').toString('hex') },
    { what: 'a CONNECT with another protocol name', bytes: '100c 0004 48545450 04 02 0000 0000' },
    { what: 'a CONNECT that ends too early', bytes: '1007 0004 4d515454 04' },
    { what: 'a CONNECT with the reserved flag', bytes: '100c 0004 4d515454 04 03 0000 0000' },
    { what: 'a CONNECT with a will of QoS 3', bytes: '100c 0004 4d515454 04 1e 0000 0000' },
    { what: 'a CONNECT with a password but no username', bytes: '100e 0004 4d515454 04 42 0000 0000 0000' },
    { what: 'a CONNECT with bytes behind its end', bytes: '100f 0004 4d515454 04 02 0000 0001 61 ffff' }
  ]
  it.each(openings)('$what closes the connection without an answer', async ({ bytes }) => {
    const instance = await startInstance()
    const stillWell = await bystander(instance)
    const client = await instance.open()
    client.sendBytes(bytes)
    expect(await client.closed).toBeNull()
    expect(client.inbox).toEqual([])
    expect(instance.drops('protocol_violation')).toBe(1)
    await stillWell()
  })

  it('an unknown protocol version is told so, then closed', async () => {
    const instance = await startInstance()
    const client = await instance.open()
    client.sendBytes('100c 0006 4d5149736470 02 02 0000 0000'.replace('100c', '100e'))
    expect((await client.next('connack')).reasonCode).toBe(1)
    await client.closed
  })

  it.each([
    { what: 'a malformed v5 CONNECT', bytes: '100d 0004 4d515454 05 03 0000 00 0000' },
    { what: 'a property twice', bytes: '1013 0004 4d515454 05 02 0000 06 210001 210001 0000' },
    { what: 'a property that CONNECT cannot have', bytes: '100f 0004 4d515454 05 02 0000 02 0101 0000' }
  ])('$what is answered with a reason code, then closed', async ({ bytes }) => {
    const instance = await startInstance()
    const stillWell = await bystander(instance)
    const client = await instance.open()
    const answer = new Promise<Buffer>((resolve) => client.onBytes(resolve))
    client.sendBytes(bytes)
    const connack = await answer
    expect(connack[0]).toBe(0x20)
    expect([reasonCodes.malformedPacket, reasonCodes.protocolError]).toContain(connack[3])
    await client.closed
    await stillWell()
  })

  it('half a CONNECT is waited for, and given up with the connect timeout', async () => {
    const instance = await startInstance()
    const stillWell = await bystander(instance)
    const client = await instance.open()
    client.sendBytes(connectBytes(4).subarray(0, 5))
    await stillWell()
    instance.sweepIn(11_000)
    expect(await client.closed).toBeNull()
  })
})

describe.each(levels)('from a client of level %i', (level) => {
  const malformed = [
    { what: 'QoS 3', bytes: '3605 0001 61 0001' },
    { what: 'packet id 0', bytes: level === 5 ? '3206 0001 61 0000 00' : '3205 0001 61 0000' },
    { what: 'a topic of length 0', bytes: level === 5 ? '3003 0000 00' : '3002 0000' },
    { what: 'a topic with a wildcard', bytes: level === 5 ? '3004 0001 23 00' : '3003 0001 23' },
    { what: 'a topic with U+0000', bytes: level === 5 ? '3004 0001 00 00' : '3003 0001 00' },
    { what: 'a topic that is no UTF-8', bytes: level === 5 ? '3004 0001 ff 00' : '3003 0001 ff' },
    { what: 'a topic longer than its packet', bytes: '3003 00ff 61' },
    { what: 'a packet that only a server sends', bytes: '2002 0000' },
    { what: 'a SUBACK', bytes: level === 5 ? '9004 0001 00 00' : '9003 0001 00' },
    { what: 'a SUBSCRIBE without a filter', bytes: level === 5 ? '8203 0001 00' : '8202 0001' },
    {
      what: 'a filter with # in the middle',
      bytes: `82${level === 5 ? '09 0001 00' : '08 0001'} 0003 232f61 00`
    },
    { what: 'a subscription with QoS 3', bytes: `82${level === 5 ? '07 0001 00' : '06 0001'} 0001 61 03` },
    { what: 'an UNSUBSCRIBE without a filter', bytes: level === 5 ? 'a203 0001 00' : 'a202 0001' },
    { what: 'a PUBREL with wrong flags', bytes: '6002 0001' },
    { what: 'a PUBACK of one byte', bytes: '4001 00' },
    { what: 'an AUTH', bytes: 'f000' },
    { what: 'packet type 0', bytes: '0000' },
    { what: 'a length of five bytes', bytes: '30ffffffff7f' },
    { what: 'a second CONNECT', bytes: connectBytes(level).toString('hex') }
  ]
  it.each(malformed)('$what closes its connection, and nobody else notices', async ({ bytes }) => {
    const instance = await startInstance()
    const stillWell = await bystander(instance)
    const client = await instance.connect({ level })
    client.sendBytes(bytes)
    const reason = await client.closed
    if (level !== 5) expect(reason).toBeNull()
    else expect([null, reasonCodes.malformedPacket, reasonCodes.protocolError]).toContain(reason)
    expect(instance.drops('protocol_violation')).toBe(1)
    await stillWell()
  })

  it('a packet above the limit closes its connection before its body is there', async () => {
    const instance = await startInstance({ limits: { packetBytesMax: 2_000 } })
    const stillWell = await bystander(instance)
    const client = await instance.connect({ level })
    await client.publish('a', Buffer.alloc(1_900), { qos: 1 })
    client.sendBytes('30 d10f')
    expect(await client.closed).toBe(level === 5 ? reasonCodes.packetTooLarge : null)
    await stillWell()
  })

  it('acknowledgements that nobody asked for are counted and change nothing', async () => {
    const instance = await startInstance()
    const stillWell = await bystander(instance)
    const client = await instance.connect({ level })
    for (const type of ['puback', 'pubrec', 'pubrel', 'pubcomp'] as const) {
      for (const packetId of [1, 65_535]) client.ack(type, packetId)
    }
    for (let time = 0; time < 2; time++) await client.next('pubrel')
    for (let time = 0; time < 2; time++) await client.next('pubcomp')
    await client.expectNothing()
    expect(instance.drops('unsolicited_acknowledgement')).toBe(6)
    await stillWell()
  })

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    '%s is a name like any other',
    async (name) => {
      const instance = await startInstance({
        rules: [{ condition: { topic: `${name}/*` }, actions: { responseTopic: 'replies/${clientId}' } }]
      })
      const stillWell = await bystander(instance)
      const older = await instance.connect({ level, clientId: name })
      const client = await instance.connect({ level, clientId: name })
      await older.closed
      await client.subscribe([name, `replies/${name}`], 1)
      await client.publish(name, 'x', { qos: 1, retain: true })
      expect((await client.receive()).topic).toBe(name)
      const answering = await responder(instance, { clientId: 'constructor2' })
      await answering.subscribe(`${name}/x`, 1)
      await client.publish(`${name}/x`, '{}', { qos: 1 })
      await answering.receive()
      expect((await client.receive()).topic).toBe(`replies/${name}`)
      await client.unsubscribe(name)
      const later = await instance.connect({ level })
      await later.subscribe(name, 1)
      expect(await later.receive()).toMatchObject({ topic: name, retain: true })
      await stillWell()
    }
  )

  it('a filter with more levels than allowed is refused, the connection goes on', async () => {
    const instance = await startInstance({ limits: { topicLevelsMax: 3 } })
    const client = await instance.connect({ level })
    const { reasonCodes: codes } = await client.subscribe(['a/b/c/#', 'a/b/#'], 1)
    expect(codes).toEqual([refusedAs(level, reasonCodes.topicFilterInvalid, 1), 1])
    await client.ping()
  })

  it('more levels than any instance may allow are refused in a topic and in a filter, up to 65,535', async () => {
    const instance = await startInstance({ limits: { topicLevelsMax: 100 } })
    const stillWell = await bystander(instance)
    const client = await instance.connect({ level })
    const deepest = 'a/'.repeat(99)
    await client.subscribe(deepest, 1)
    await client.publish(deepest, 'x', { qos: 1, retain: true })
    expect((await client.receive()).topic).toBe(deepest)
    for (const topic of ['a/'.repeat(100), 'a/'.repeat(1_000), '/'.repeat(65_534)]) {
      const { reasonCodes: codes } = await client.subscribe([topic, `${topic}#`], 1)
      const refused = refusedAs(level, reasonCodes.topicFilterInvalid, 1)
      expect(codes).toEqual([refused, refused])
      const reasonCode = await client.publish(topic, 'x', { qos: 1, retain: true })
      expect(reasonCode).toBe(level === 5 ? reasonCodes.topicNameInvalid : 0)
    }
    await client.expectNothing()
    await stillWell()
  })

  it('a topic of 65,535 bytes is a topic', async () => {
    const instance = await startInstance()
    const topic = 'x'.repeat(65_535)
    const client = await instance.connect({ level })
    await client.subscribe('#', 1)
    await client.publish(topic, 'x', { qos: 1 })
    expect((await client.receive()).topic).toBe(topic)
  })

  it('garbage closes its connection or waits for more, and nobody else notices', async () => {
    const instance = await startInstance()
    const stillWell = await bystander(instance)
    const clients: MqttProbe[] = []
    for (let first = 0; first < 256; first += 5) {
      const client = await instance.connect({ level })
      client.sendBytes(Buffer.from(Array.from({ length: 40 }, (_, at) => (first + at * 37) & 0xff)))
      clients.push(client)
    }
    await stillWell()
    await Promise.all(clients.map((client) => client.destroy()))
    await stillWell()
  })
})

describe('from a v5 client', () => {
  async function answered(packet: Packet): Promise<number | null> {
    const instance = await startInstance()
    const stillWell = await bystander(instance)
    const client = await instance.connect({ level: 5 })
    client.send(packet)
    const reason = await client.closed
    await stillWell()
    return reason
  }
  const publish = { type: 'publish', topic: 'a', payload: Buffer.from('x'), qos: 0, retain: false } as const

  it.each(['a/#', '+', '', 'a\0b'])(
    'the Response Topic "%s" closes the connection',
    async (responseTopic) => {
      const reason = await answered({ ...publish, dup: false, packetId: 0, properties: { responseTopic } })
      expect([
        reasonCodes.malformedPacket,
        reasonCodes.protocolError,
        reasonCodes.topicNameInvalid
      ]).toContain(reason)
    }
  )

  it.each(['30ffffffff7f', 'c00100'])(
    '%s, of which nothing can be trusted, is not answered',
    async (bytes) => {
      const client = await (await startInstance()).connect({ level: 5 })
      client.sendBytes(bytes)
      expect(await client.closed).toBeNull()
    }
  )

  it('topic alias 0 closes the connection', async () => {
    const reason = await answered({ ...publish, dup: false, packetId: 0, properties: { topicAlias: 0 } })
    expect([reasonCodes.topicAliasInvalid, reasonCodes.protocolError]).toContain(reason)
  })

  it('a subscription identifier in a PUBLISH closes the connection', async () => {
    const properties = { subscriptionIdentifiers: [1] }
    const reason = await answered({ ...publish, dup: false, packetId: 0, properties })
    expect(reason).toBe(reasonCodes.protocolError)
  })

  it('thousands of user properties close the connection or are refused', async () => {
    const userProperties = Array.from({ length: 5_000 }, () => ({ key: '', value: '' }))
    const reason = await answered({ ...publish, dup: false, packetId: 0, properties: { userProperties } })
    expect(reason).not.toBeNull()
  })

  it('a request without anybody to answer is only a message', async () => {
    const instance = await startInstance()
    const client = await instance.connect({ level: 5 })
    await request(client)
    await client.publish(requestTopic, '', { qos: 2 })
    await client.expectNothing()
    expect(instance.plane.retries.jobs).toEqual([])
  })
})

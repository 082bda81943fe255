import { describe, expect, it } from 'vitest'
import { startInstance } from './support/data-plane.js'
import {
  replyFields,
  replyIn,
  request,
  requester,
  requestTopic,
  responder,
  responseTopic
} from './support/request-reply.js'

describe.each([3, 4] as const)('a responder of level %i', (level) => {
  it('that acknowledges at QoS 1 makes one reply', async () => {
    const instance = await startInstance()
    const asking = await requester(instance)
    const answering = await responder(instance, { level })
    await request(asking)
    const delivered = await answering.next('publish')
    await asking.expectNothing()
    answering.ack('puback', delivered.packetId)
    const reply = await asking.receive()
    expect(reply).toMatchObject({ topic: responseTopic, qos: 1, retain: false })
    expect(replyIn(reply)).toMatchObject({ topic: requestTopic, qos: 1, subscriberClientId: 'responder' })
    await asking.expectNothing()
    expect(instance.counters.repliesPublished).toBe(1)
  })

  it('that completes QoS 2 makes one reply: with PUBCOMP, not with PUBREC', async () => {
    const instance = await startInstance()
    const asking = await requester(instance, 2)
    const answering = await responder(instance, { level, qos: 2 })
    await request(asking, { qos: 2 })
    const { packetId } = await answering.next('publish')
    answering.ack('pubrec', packetId)
    await answering.next('pubrel')
    await asking.expectNothing()
    answering.ack('pubcomp', packetId)
    const reply = await asking.receive()
    expect(reply).toMatchObject({ qos: 2, retain: false })
    expect(replyIn(reply)).toMatchObject({ qos: 2, topic: requestTopic })
    await asking.expectNothing()
  })
})

describe('the reply', () => {
  it.each([1, 2] as const)('has ten fields in their order, with every property, at QoS %i', async (qos) => {
    const instance = await startInstance()
    const asking = await requester(instance, qos)
    const answering = await responder(instance, { qos })
    const properties = {
      payloadFormatIndicator: 1 as const,
      messageExpiryInterval: 60,
      contentType: 'text/plain',
      responseTopic,
      correlationData: Buffer.from('order-7'),
      userProperties: [
        { key: 'b', value: '2' },
        { key: 'a', value: '"1"' },
        { key: 'b', value: '3' }
      ]
    }
    const before = Date.now()
    await request(asking, { qos, properties })
    const after = Date.now()
    await answering.receive()
    const reply = replyIn(await asking.receive())
    expect(Object.keys(reply)).toEqual(replyFields)
    expect(reply).toEqual({
      id: expect.stringMatching(/^[0-9A-F]{12}7[0-9A-F]{3}[89AB][0-9A-F]{15}$/),
      instanceId: instance.id,
      publisherClientId: 'requester',
      subscriberClientId: 'responder',
      subscriberUsername: null,
      subscriberClientHost: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
      topic: requestTopic,
      qos,
      pubProps: {
        payloadFormatIndicator: 1,
        messageExpiryInterval: 60,
        contentType: 'text/plain',
        responseTopic,
        correlationData: 'order-7',
        correlationDataBase64: Buffer.from('order-7').toString('base64'),
        userProperties: properties.userProperties
      },
      messageReceivedAt: expect.any(Number)
    })
    expect(Object.keys(reply.pubProps)).toEqual([
      'payloadFormatIndicator',
      'messageExpiryInterval',
      'contentType',
      'responseTopic',
      'correlationData',
      'correlationDataBase64',
      'userProperties'
    ])
    expect(reply.messageReceivedAt).toBeGreaterThanOrEqual(before)
    expect(reply.messageReceivedAt).toBeLessThanOrEqual(after)
  })

  it('leaves out what the request did not have', async () => {
    const instance = await startInstance()
    const asking = await requester(instance)
    const answering = await responder(instance)
    await request(asking)
    await answering.receive()
    expect(replyIn(await asking.receive()).pubProps).toEqual({ responseTopic })
  })

  it('has correlation data that is no text only as Base64', async () => {
    const instance = await startInstance()
    const asking = await requester(instance)
    const answering = await responder(instance)
    const correlationData = Buffer.from([0xff, 0xfe, 0, 1])
    await request(asking, { properties: { correlationData } })
    await answering.receive()
    const reply = await asking.receive()
    expect(replyIn(reply).pubProps).toEqual({ responseTopic, correlationDataBase64: '//4AAQ==' })
    expect(reply.properties?.correlationData).toEqual(correlationData)
  })

  it.each([1, 2] as const)(
    'carries to a v5 requester what it needs at QoS %i, and no Response Topic',
    async (qos) => {
      const instance = await startInstance()
      const asking = await requester(instance, qos)
      const answering = await responder(instance, { qos })
      const correlationData = Buffer.from('7')
      const userProperties = [{ key: 'a', value: '1' }]
      const messageExpiryInterval = 30
      await request(asking, { qos, properties: { correlationData, messageExpiryInterval, userProperties } })
      await answering.receive()
      expect((await asking.receive()).properties).toEqual({
        correlationData,
        messageExpiryInterval,
        contentType: 'application/json',
        payloadFormatIndicator: 1
      })
    }
  )

  it('names the responder: its client id, its username and its address, whatever they hold', async () => {
    const instance = await startInstance()
    const asking = await requester(instance)
    const clientId = 'a "quoted" \\ client\u{1f600}'
    const answering = await instance.connect({ clientId, username: 'dørvakt"' })
    await answering.subscribe('cmd/#', 1)
    await request(asking)
    await answering.receive()
    const { clientHost } = instance.broker.clients[clientId]!
    expect(replyIn(await asking.receive())).toMatchObject({
      subscriberClientId: clientId,
      subscriberUsername: 'dørvakt"',
      subscriberClientHost: clientHost
    })
  })

  it('lists the identifiers of the subscriptions that matched', async () => {
    const instance = await startInstance({ autoReply: { protocolVersions: ['5.0'] } })
    const asking = await requester(instance)
    const answering = await instance.connect({ level: 5 })
    await answering.subscribe('cmd/#', 1, { identifier: 4 })
    await answering.subscribe('cmd/door', 1, { identifier: 3 })
    await request(asking)
    await answering.receive()
    const { subscriptionIdentifiers } = replyIn(await asking.receive()).pubProps
    expect(subscriptionIdentifiers?.toSorted()).toEqual([3, 4])
  })

  it('has the QoS of the delivery to the responder, not that of the request', async () => {
    const instance = await startInstance()
    const asking = await requester(instance, 2)
    const answering = await responder(instance, { qos: 1 })
    await request(asking, { qos: 2 })
    await answering.receive()
    const reply = await asking.receive()
    expect(reply.qos).toBe(1)
    expect(replyIn(reply).qos).toBe(1)
  })

  it('reaches a 3.1.1 requester as plain JSON', async () => {
    const instance = await startInstance({ rules: [{ actions: { responseTopic } }] })
    const asking = await instance.connect({ level: 4, clientId: 'old' })
    await asking.subscribe(responseTopic, 1)
    const answering = await responder(instance)
    await asking.publish(requestTopic, 'open', { qos: 1 })
    await answering.receive()
    const reply = await asking.receive()
    expect(reply.properties).toBeUndefined()
    expect(replyIn(reply)).toMatchObject({ publisherClientId: 'old', pubProps: { responseTopic } })
  })

  it('keeps what remains of the expiry at the acknowledgement', async () => {
    const instance = await startInstance()
    const asking = await requester(instance)
    const answering = await responder(instance)
    await request(asking, { properties: { messageExpiryInterval: 100 } })
    const { packetId } = await answering.next('publish')
    // As if the responder had taken 40 s.
    instance.broker.clients.responder!.session!.inflight.get(packetId)!.message.expiresAtMs -= 40_000
    answering.ack('puback', packetId)
    const reply = await asking.receive()
    expect(reply.properties?.messageExpiryInterval).toBe(60)
    expect(replyIn(reply).pubProps.messageExpiryInterval).toBe(100)
  })

  it('is made by each of several responders, under the same id', async () => {
    const instance = await startInstance()
    const asking = await requester(instance)
    const names = ['r1', 'r2', 'r3']
    const answering = await Promise.all(names.map((clientId) => responder(instance, { clientId })))
    await request(asking)
    for (const client of answering) await client.receive()
    const replies = [await asking.receive(), await asking.receive(), await asking.receive()].map(replyIn)
    expect(replies.map(({ subscriberClientId }) => subscriberClientId).toSorted()).toEqual(names)
    expect(new Set(replies.map(({ id }) => id)).size).toBe(1)
    await asking.expectNothing()
  })

  it('comes once per request, in order, with ids in order', async () => {
    const instance = await startInstance()
    const asking = await requester(instance)
    const answering = await instance.connect({ clientId: 'responder', autoAck: true })
    await answering.subscribe('cmd/#', 1)
    const count = 50
    for (let number = 0; number < count; number++) {
      const correlationData = Buffer.from(String(number))
      asking.sendPublish(requestTopic, 'open', { qos: 1, properties: { responseTopic, correlationData } })
    }
    const replies = []
    for (let number = 0; number < count; number++) replies.push(replyIn(await asking.receive()))
    expect(replies.map(({ pubProps }) => Number(pubProps.correlationData))).toEqual(
      Array.from({ length: count }, (_, number) => number)
    )
    const ids = replies.map(({ id }) => id)
    expect(ids).toEqual(ids.toSorted())
    expect(new Set(ids).size).toBe(count)
    for (let number = 0; number < count; number++) await asking.next('puback')
    await asking.expectNothing()
  })

  it('comes once when the responder reconnects before it acknowledges', async () => {
    const instance = await startInstance()
    const asking = await requester(instance)
    const me = { clientId: 'responder', cleanStart: false }
    const first = await instance.connect(me)
    await first.subscribe('cmd/#', 1)
    await request(asking)
    await first.next('publish')
    await first.destroy()
    await asking.expectNothing()
    const second = await instance.connect(me)
    expect((await second.receive()).dup).toBe(true)
    expect(replyIn(await asking.receive()).subscriberClientId).toBe('responder')
    await asking.expectNothing()
  })

  it('knows its request also when PUBREC and PUBCOMP come over two connections', async () => {
    const instance = await startInstance()
    const asking = await requester(instance, 2)
    const me = { clientId: 'responder', cleanStart: false }
    const first = await instance.connect(me)
    await first.subscribe('cmd/#', 2)
    await request(asking, { qos: 2, properties: { correlationData: Buffer.from('7') } })
    const { packetId } = await first.next('publish')
    first.ack('pubrec', packetId)
    await first.next('pubrel')
    await first.destroy()
    const second = await instance.connect(me)
    await second.next('pubrel')
    second.ack('pubcomp', packetId)
    expect(replyIn(await asking.receive())).toMatchObject({ qos: 2, pubProps: { correlationData: '7' } })
    await asking.expectNothing()
  })

  it('comes from a message that waited for its responder', async () => {
    const instance = await startInstance()
    const asking = await requester(instance)
    const me = { clientId: 'responder', cleanStart: false }
    const away = await instance.connect(me)
    await away.subscribe('cmd/#', 1)
    await away.disconnect()
    await request(asking)
    await asking.expectNothing()
    const back = await instance.connect(me)
    await back.receive()
    expect(replyIn(await asking.receive()).topic).toBe(requestTopic)
  })

  it('waits in the session of a requester that is away', async () => {
    const instance = await startInstance()
    const me = { level: 5 as const, clientId: 'requester', properties: { sessionExpiryInterval: 60 } }
    const asking = await instance.connect(me)
    await asking.subscribe(responseTopic, 1)
    const answering = await responder(instance)
    await request(asking)
    await asking.disconnect()
    await answering.receive()
    await answering.ping()
    const back = await instance.connect({ ...me, cleanStart: false })
    expect(replyIn(await back.receive()).topic).toBe(requestTopic)
    expect(instance.plane.retries.jobs).toEqual([])
  })

  it('is made for a will with a Response Topic', async () => {
    const instance = await startInstance()
    const asking = await requester(instance)
    const answering = await responder(instance)
    const will = { topic: requestTopic, qos: 1 as const, properties: { responseTopic } }
    const dying = await instance.connect({ level: 5, clientId: 'dying', will })
    const before = Date.now()
    await dying.destroy()
    await answering.receive()
    const reply = replyIn(await asking.receive())
    expect(reply.publisherClientId).toBe('dying')
    expect(reply.messageReceivedAt).toBeGreaterThanOrEqual(before)
  })
})

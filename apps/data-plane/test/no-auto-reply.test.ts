import { reasonCodes } from '@parley/mqtt-wire'
import { describe, expect, it } from 'vitest'
import { startInstance } from './support/data-plane.js'
import {
  replyIn,
  request,
  requester,
  requestTopic,
  responder,
  responseTopic
} from './support/request-reply.js'

describe('no reply', () => {
  it('at effective QoS 0', async () => {
    const instance = await startInstance()
    const asking = await requester(instance)
    const answering = await responder(instance, { qos: 0 })
    await request(asking, { qos: 2 })
    await answering.receive()
    const second = await responder(instance, { qos: 2, clientId: 'second' })
    await request(asking, { qos: 0 })
    await second.receive()
    await second.ping()
    await asking.expectNothing()
    expect(instance.counters.repliesPublished).toBe(0)
  })

  it('to a v5 responder, unless the instance says so', async () => {
    const instance = await startInstance()
    const asking = await requester(instance)
    const answering = await responder(instance, { level: 5 })
    await request(asking)
    await answering.receive()
    await answering.ping()
    await asking.expectNothing()
    await instance.change({ autoReply: { protocolVersions: ['5.0'] } })
    await request(asking)
    await answering.receive()
    expect(replyIn(await asking.receive()).topic).toBe(requestTopic)
  })

  it('to a 3.1 responder when only 3.1.1 is answered', async () => {
    const instance = await startInstance({ autoReply: { protocolVersions: ['3.1.1'] } })
    const asking = await requester(instance)
    const old = await responder(instance, { level: 3, clientId: 'old' })
    const newer = await responder(instance, { level: 4, clientId: 'newer' })
    await request(asking)
    await old.receive()
    await old.ping()
    await newer.receive()
    expect(replyIn(await asking.receive()).subscriberClientId).toBe('newer')
    await asking.expectNothing()
  })

  it('when the instance has it switched off', async () => {
    const instance = await startInstance({ autoReply: { enabled: false } })
    const asking = await requester(instance)
    const answering = await responder(instance)
    await request(asking)
    await answering.receive()
    await answering.ping()
    await asking.expectNothing()
  })

  it('to a message without a Response Topic', async () => {
    const instance = await startInstance()
    const watcher = await instance.connect()
    await watcher.subscribe(['#'], 0)
    const answering = await responder(instance)
    const publisher = await instance.connect()
    await publisher.publish(requestTopic, 'open', { qos: 1 })
    await answering.receive()
    await answering.ping()
    expect((await watcher.next('publish')).topic).toBe(requestTopic)
    await watcher.expectNothing()
  })

  it('to a reply, so that nothing loops', async () => {
    const instance = await startInstance({ rules: [{ actions: { responseTopic: 'replies/${clientId}' } }] })
    const asking = await instance.connect({ level: 4, clientId: 'me' })
    await asking.subscribe('replies/#', 1)
    const answering = await responder(instance)
    await asking.publish(requestTopic, 'open', { qos: 1 })
    await answering.receive()
    await asking.receive()
    await asking.expectNothing()
    expect(instance.counters.repliesPublished).toBe(1)
  })

  it('a second time for a second PUBACK', async () => {
    const instance = await startInstance()
    const asking = await requester(instance)
    const answering = await responder(instance)
    await request(asking)
    const { packetId } = await answering.next('publish')
    for (let time = 0; time < 3; time++) answering.ack('puback', packetId)
    await asking.receive()
    await answering.ping()
    await asking.expectNothing()
    expect(instance.drops('unsolicited_acknowledgement')).toBe(2)
  })

  it('a second time for a second PUBREC or PUBCOMP', async () => {
    const instance = await startInstance()
    const asking = await requester(instance)
    const answering = await responder(instance, { qos: 2 })
    await request(asking, { qos: 2 })
    const { packetId } = await answering.next('publish')
    for (let time = 0; time < 2; time++) answering.ack('pubrec', packetId)
    for (let time = 0; time < 2; time++) await answering.next('pubrel')
    for (let time = 0; time < 3; time++) answering.ack('pubcomp', packetId)
    await asking.receive()
    await answering.ping()
    await asking.expectNothing()
    expect(instance.counters.repliesPublished).toBe(1)
    // The second PUBREC is none: the PUBREL may have been lost.
    expect(instance.drops('unsolicited_acknowledgement')).toBe(2)
  })

  it('for acknowledgements that nobody asked for, or of the wrong kind', async () => {
    const instance = await startInstance()
    const asking = await requester(instance)
    const answering = await responder(instance)
    answering.ack('puback', 1)
    answering.ack('pubcomp', 1)
    answering.ack('pubrec', 77)
    await answering.next('pubrel')
    await request(asking)
    const { packetId } = await answering.next('publish')
    answering.ack('pubcomp', packetId)
    answering.ack('puback', packetId + 1)
    await answering.ping()
    await asking.expectNothing()
    answering.ack('puback', packetId)
    await asking.receive()
    await asking.expectNothing()
  })

  it('for a PUBCOMP before PUBREC', async () => {
    const instance = await startInstance()
    const asking = await requester(instance)
    const answering = await responder(instance, { qos: 2 })
    await request(asking, { qos: 2 })
    const delivered = await answering.next('publish')
    answering.ack('pubcomp', delivered.packetId)
    answering.ack('puback', delivered.packetId)
    await answering.ping()
    await asking.expectNothing()
    await answering.acknowledge(delivered)
    await asking.receive()
  })

  it.each([
    { qos: 1, type: 'puback' },
    { qos: 2, type: 'pubrec' }
  ] as const)('when a v5 responder refuses the request with $type', async ({ qos, type }) => {
    const instance = await startInstance({ autoReply: { protocolVersions: ['5.0'] } })
    const asking = await requester(instance)
    const answering = await responder(instance, { level: 5, qos })
    await request(asking, { qos })
    const { packetId } = await answering.next('publish')
    answering.ack(type, packetId, reasonCodes.implementationSpecificError)
    await answering.expectNothing()
    await asking.expectNothing()
    expect(instance.drops('refused_by_responder')).toBe(1)
  })

  it('when a v5 responder ends QoS 2 with a failed PUBCOMP', async () => {
    const instance = await startInstance({ autoReply: { protocolVersions: ['5.0'] } })
    const asking = await requester(instance)
    const answering = await responder(instance, { level: 5, qos: 2 })
    await request(asking, { qos: 2 })
    const { packetId } = await answering.next('publish')
    answering.ack('pubrec', packetId)
    await answering.next('pubrel')
    answering.ack('pubcomp', packetId, reasonCodes.packetIdentifierNotFound)
    await answering.ping()
    await asking.expectNothing()
  })

  it('for a retained request that a new subscription brings, unless the instance says so', async () => {
    const instance = await startInstance()
    const asking = await requester(instance)
    await request(asking, { retain: true })
    const answering = await responder(instance)
    await answering.receive()
    await answering.ping()
    await asking.expectNothing()
    expect(instance.drops('reply_to_retained')).toBe(1)
    await instance.change({ autoReply: { retained: true } })
    await answering.subscribe('cmd/#', 1)
    await answering.receive()
    expect(replyIn(await asking.receive()).subscriberClientId).toBe('responder')
  })

  it('but one for a retained request that a subscriber gets when it is published', async () => {
    const instance = await startInstance()
    const asking = await requester(instance)
    const answering = await responder(instance)
    await request(asking, { retain: true })
    await answering.receive()
    await asking.receive()
    await asking.expectNothing()
  })

  it('after the request has expired', async () => {
    const instance = await startInstance()
    const asking = await requester(instance)
    const answering = await responder(instance)
    await request(asking, { properties: { messageExpiryInterval: 100 } })
    const { packetId } = await answering.next('publish')
    instance.broker.clients.responder!.session!.inflight.get(packetId)!.message.expiresAtMs -= 100_000
    answering.ack('puback', packetId)
    await answering.ping()
    await asking.expectNothing()
    expect(instance.drops('reply_request_expired')).toBe(1)
  })

  it('beyond maxReplies, counted', async () => {
    const instance = await startInstance({ autoReply: { maxReplies: 2 } })
    const asking = await requester(instance)
    const names = ['r1', 'r2', 'r3', 'r4']
    const answering = await Promise.all(names.map((clientId) => responder(instance, { clientId })))
    await request(asking)
    for (const client of answering) {
      await client.receive()
      await client.ping()
    }
    await asking.receive()
    await asking.receive()
    await asking.expectNothing()
    expect(instance.drops('reply_limit_reached')).toBe(2)
  })

  it.each(['$SYS/x', '$parley/inbox/1', '$', '/'.repeat(40)])(
    'to the Response Topic %s, counted',
    async (topic) => {
      const instance = await startInstance()
      const asking = await instance.connect({ level: 5 })
      await asking.subscribe(['$SYS/#', '#'], 0)
      const answering = await responder(instance)
      await request(asking, { topic: 'cmd/x', properties: { responseTopic: topic } })
      await asking.next('publish')
      await answering.receive()
      await answering.ping()
      await asking.expectNothing()
      expect(instance.drops('reply_topic_invalid')).toBe(1)
      expect(instance.plane.retries.jobs).toEqual([])
    }
  )

  it('in another instance, which has the same clients and topics', async () => {
    const instance = await startInstance()
    const neighbour = await instance.plane.instance()
    const asking = await requester(instance)
    const bystander = await requester(neighbour)
    await bystander.subscribe('#', 1)
    const answering = await responder(instance)
    const idle = await responder(neighbour)
    await request(asking)
    await idle.expectNothing()
    await answering.receive()
    expect(replyIn(await asking.receive()).instanceId).toBe(instance.id)
    await bystander.expectNothing()
    expect(neighbour.counters.repliesPublished).toBe(0)
  })
})

describe('a reply that nobody waits for', () => {
  it('becomes a job with all that is needed to publish it later', async () => {
    const instance = await startInstance()
    const asking = await instance.connect({ level: 5, clientId: 'requester' })
    const answering = await responder(instance, { qos: 2 })
    const before = Date.now()
    const correlationData = Buffer.from([0xff])
    await request(asking, { qos: 2, properties: { correlationData, messageExpiryInterval: 60 } })
    await answering.receive()
    await answering.ping()
    const { jobs } = instance.plane.retries
    expect(jobs).toHaveLength(1)
    const reply = JSON.parse(jobs[0]!.payload) as { id: string }
    expect(jobs[0]).toMatchObject({
      instanceId: instance.id,
      messageId: reply.id,
      responderClientId: 'responder',
      node: 'test-node',
      topic: responseTopic,
      qos: 2,
      correlationDataBase64: '/w==',
      retry: { attempts: 12, firstDelayMs: 250, maxDelayMs: 120_000, maxAgeMs: 900_000 }
    })
    expect(jobs[0]!.expiresAtMs).toBeGreaterThanOrEqual(before + 60_000)
    expect(instance.counters).toMatchObject({ repliesQueued: 1, repliesPublished: 0 })
  })

  it('is not taken by a logger whose filter begins with a wildcard', async () => {
    const instance = await startInstance()
    const logger = await instance.connect()
    await logger.subscribe(['#', '+/me'])
    const asking = await instance.connect({ level: 5 })
    const answering = await responder(instance)
    await request(asking)
    expect((await logger.next('publish')).topic).toBe(requestTopic)
    await answering.receive()
    await answering.ping()
    await logger.expectNothing()
    expect(instance.plane.retries.jobs).toHaveLength(1)
  })

  it('is asked for again by a SUBSCRIBE, after its SUBACK', async () => {
    const instance = await startInstance()
    const client = await instance.connect()
    await client.subscribe(['replies/#', 'a'])
    expect(instance.plane.retries.promoted).toEqual([
      { instanceId: instance.id, topicFilter: 'replies/#' },
      { instanceId: instance.id, topicFilter: 'a' }
    ])
  })
})

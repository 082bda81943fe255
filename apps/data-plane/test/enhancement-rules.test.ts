import { describe, expect, it } from 'vitest'
import { startInstance } from './support/data-plane.js'
import { replyIn, requestTopic, responder } from './support/request-reply.js'
import type { RulePatch } from './support/snapshot.js'
import { levels } from './support/versions.js'

/** The rule of the README. */
const doorReplies: RulePatch = {
  condition: { topic: 'cmd/#' },
  actions: { responseTopic: 'replies/${clientId}', correlationData: '${payload.requestId}' }
}

describe('the rule of the README', () => {
  it.each([3, 4] as const)('gives a requester of level %i a reply that names its request', async (level) => {
    const instance = await startInstance({ rules: [doorReplies] })
    const asking = await instance.connect({ level, clientId: 'panel-1' })
    await asking.subscribe('replies/panel-1', 1)
    const answering = await responder(instance, { level })
    await asking.publish(requestTopic, '{"requestId":"r-42"}', { qos: 1 })
    expect((await answering.receive()).payload.toString()).toBe('{"requestId":"r-42"}')
    expect(replyIn(await asking.receive())).toMatchObject({
      publisherClientId: 'panel-1',
      pubProps: { responseTopic: 'replies/panel-1', correlationData: 'r-42' }
    })
    await asking.expectNothing()
    expect(instance.counters).toMatchObject({ ruleActionsSkipped: 0 })
  })

  it('shows a v5 responder who wants an answer, and where', async () => {
    const instance = await startInstance({ rules: [doorReplies] })
    const answering = await responder(instance, { level: 5 })
    const asking = await instance.connect({ clientId: 'panel-1' })
    await asking.publish(requestTopic, '{"requestId":"r-42"}', { qos: 1 })
    expect((await answering.receive()).properties).toEqual({
      responseTopic: 'replies/panel-1',
      correlationData: Buffer.from('r-42')
    })
  })

  it('skips what the payload does not have, and counts it', async () => {
    const instance = await startInstance({ rules: [doorReplies] })
    const answering = await responder(instance, { level: 5 })
    const asking = await instance.connect({ clientId: 'panel-1' })
    await asking.publish(requestTopic, 'no JSON', { qos: 1 })
    expect((await answering.receive()).properties).toEqual({ responseTopic: 'replies/panel-1' })
    expect(instance.counters.ruleActionsSkipped).toBe(1)
  })

  it('skips a Response Topic that the client id would make another one', async () => {
    const instance = await startInstance({ rules: [doorReplies] })
    const answering = await responder(instance, { level: 5 })
    for (const clientId of ['a/b', '#', '+']) {
      const asking = await instance.connect({ clientId })
      await asking.publish(requestTopic, '{"requestId":1}', { qos: 1 })
      expect((await answering.receive()).properties).toEqual({ correlationData: Buffer.from('1') })
    }
  })

  it('leaves other topics alone', async () => {
    const instance = await startInstance({ rules: [doorReplies] })
    const watcher = await instance.connect({ level: 5 })
    await watcher.subscribe('#', 1)
    const asking = await instance.connect()
    await asking.publish('other', '{"requestId":1}', { qos: 1 })
    expect((await watcher.receive()).properties ?? {}).toEqual({})
  })
})

describe('what rules attach', () => {
  const everything: RulePatch = {
    actions: {
      responseTopic: 'answers/${topic[1]}',
      correlationData: '${messageId}',
      messageExpiryInterval: 60,
      userProperties: [
        { key: 'via', value: '${topic}' },
        { key: 'version', value: '${protocolVersion}' },
        { key: 'from', value: '${clientHost}' }
      ]
    }
  }

  it.each(levels)('reaches a v5 subscriber of a publisher of level %i', async (level) => {
    const instance = await startInstance({ rules: [everything] })
    const watcher = await instance.connect({ level: 5 })
    await watcher.subscribe('#', 2)
    const publisher = await instance.connect({ level, clientId: 'me' })
    await publisher.publish('a/b', 'x', { qos: 2 })
    const { properties } = await watcher.receive()
    expect(properties).toEqual({
      responseTopic: 'answers/b',
      correlationData: expect.any(Buffer),
      messageExpiryInterval: 60,
      userProperties: [
        { key: 'via', value: 'a/b' },
        { key: 'version', value: instance.broker.clients.me!.protocolVersion },
        { key: 'from', value: instance.broker.clients.me!.clientHost }
      ]
    })
    expect(properties?.correlationData?.toString()).toMatch(/^[0-9A-F]{32}$/)
  })

  it('does not replace what the publisher set, unless the rule overrides', async () => {
    const instance = await startInstance({ rules: [everything] })
    const watcher = await instance.connect({ level: 5 })
    await watcher.subscribe('#', 1)
    const properties = { responseTopic: 'mine', userProperties: [{ key: 'mine', value: '1' }] }
    await watcher.publish('a/b', 'x', { qos: 1, properties })
    const kept = (await watcher.receive()).properties
    expect(kept?.responseTopic).toBe('mine')
    expect(kept?.userProperties?.map(({ key }) => key)).toEqual(['mine', 'via', 'version', 'from'])
    await instance.change({ rules: [{ ...everything, override: true }] })
    await watcher.publish('a/b', 'x', { qos: 1, properties })
    expect((await watcher.receive()).properties?.responseTopic).toBe('answers/b')
  })

  it('stays with a retained message', async () => {
    const instance = await startInstance({ rules: [everything] })
    const publisher = await instance.connect()
    await publisher.publish('a/b', 'x', { qos: 1, retain: true })
    const later = await instance.connect({ level: 5 })
    await later.subscribe('#', 1)
    expect((await later.receive()).properties).toMatchObject({ responseTopic: 'answers/b' })
  })

  it('is on a will when it is published', async () => {
    const instance = await startInstance({ rules: [doorReplies] })
    const answering = await responder(instance, { level: 5 })
    const will = { topic: requestTopic, payload: '{"requestId":"last"}', qos: 1 as const }
    const dying = await instance.connect({ level: 4, clientId: 'dying', will })
    await dying.destroy()
    expect((await answering.receive()).properties).toEqual({
      responseTopic: 'replies/dying',
      correlationData: Buffer.from('last')
    })
  })

  it('is never on a reply', async () => {
    const instance = await startInstance({ rules: [everything] })
    const asking = await instance.connect({ level: 5 })
    await asking.subscribe('answers/b', 1)
    const answering = await instance.connect()
    await answering.subscribe('a/b', 1)
    await asking.publish('a/b', 'x', { qos: 1 })
    await answering.receive()
    const { properties } = await asking.receive()
    expect(properties?.responseTopic).toBeUndefined()
    expect(properties?.userProperties).toBeUndefined()
    await asking.expectNothing()
  })

  it('expires a message that a rule gave an expiry', async () => {
    const instance = await startInstance({
      sessions: 'memory',
      rules: [{ actions: { messageExpiryInterval: 1 } }]
    })
    const me = { clientId: 'me', cleanStart: false }
    const away = await instance.connect(me)
    await away.subscribe('a', 1)
    await away.disconnect()
    const publisher = await instance.connect()
    await publisher.publish('a', 'x', { qos: 1 })
    for (const { session } of instance.broker.index.match('a').entries) {
      const queued = session.queueShift()!
      queued.message.expiresAtMs -= 2_000
      session.queuePush(queued)
    }
    const back = await instance.connect(me)
    await back.expectNothing()
    expect(instance.drops('message_expired')).toBe(1)
  })
})

describe('a change of the rules', () => {
  it('is live with the next packet of a connection that is open', async () => {
    const instance = await startInstance()
    const watcher = await instance.connect({ level: 5 })
    await watcher.subscribe('#', 1)
    const publisher = await instance.connect()
    const keyOf = async () => {
      await publisher.publish('a', 'x', { qos: 1 })
      return (await watcher.receive()).properties?.userProperties?.map(({ value }) => value)
    }
    const rule = (value: string): RulePatch => ({ actions: { userProperties: [{ key: 'k', value }] } })
    expect(await keyOf()).toBeUndefined()
    await instance.change({ rules: [rule('1')] })
    expect(await keyOf()).toEqual(['1'])
    await instance.change({ rules: [rule('2'), rule('3')] })
    expect(await keyOf()).toEqual(['2', '3'])
    await instance.change({ rules: [] })
    expect(await keyOf()).toBeUndefined()
  })

  it('does not touch another instance', async () => {
    const instance = await startInstance({ rules: [doorReplies] })
    const neighbour = await instance.plane.instance()
    const watcher = await neighbour.connect({ level: 5 })
    await watcher.subscribe('#', 1)
    await watcher.publish(requestTopic, '{"requestId":1}', { qos: 1 })
    expect((await watcher.receive()).properties ?? {}).toEqual({})
  })
})

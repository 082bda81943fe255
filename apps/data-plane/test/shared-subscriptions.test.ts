import { eventually, type MqttProbe } from '@parley/testkit'
import { describe, expect, it } from 'vitest'
import { startInstance, type TestInstance } from './support/data-plane.js'
import { replyIn, request, requester, responseTopic } from './support/request-reply.js'
import { levels } from './support/versions.js'

const shared = '$share/workers/jobs/+'

async function publishJobs(instance: TestInstance, count: number, qos: 0 | 1 | 2 = 1): Promise<void> {
  const publisher = await instance.connect()
  for (let number = 0; number < count; number++) await publisher.publish('jobs/a', `${number}`, { qos })
}

/** What waits at a client, without acknowledging it. */
async function payloads(client: MqttProbe): Promise<string[]> {
  await client.ping()
  const found: string[] = []
  while (client.inbox.some(({ type }) => type === 'publish')) {
    found.push((await client.next('publish')).payload.toString())
  }
  return found
}

describe('a shared subscription', () => {
  it.each(levels)('of level %i clients gives each message to one member, in turn', async (level) => {
    const instance = await startInstance()
    const one = await instance.connect({ level, autoAck: true })
    const other = await instance.connect({ level, autoAck: true })
    const alone = await instance.connect({ level, autoAck: true })
    await one.subscribe(shared, 1)
    await other.subscribe(shared, 1)
    await alone.subscribe('$share/others/jobs/#', 1)
    await publishJobs(instance, 6)
    expect(await payloads(one)).toEqual(['0', '2', '4'])
    expect(await payloads(other)).toEqual(['1', '3', '5'])
    expect(await payloads(alone)).toHaveLength(6)
  })

  it('beside an ordinary one of the same client is a copy of its own, with its own identifier', async () => {
    const instance = await startInstance()
    const client = await instance.connect({ level: 5 })
    await client.subscribe('jobs/a', 1, { identifier: 1 })
    await client.subscribe(shared, 2, { identifier: 2 })
    await publishJobs(instance, 1, 2)
    const copies = [await client.next('publish'), await client.next('publish')]
    expect(copies.map(({ qos, properties }) => [qos, properties?.subscriptionIdentifiers])).toEqual([
      [1, [1]],
      [2, [2]]
    ])
    await client.expectNothing()
  })

  it('passes over a member without room in its window, and one that is away', async () => {
    const instance = await startInstance({ limits: { maxInflight: 1 } })
    const full = await instance.connect()
    await full.subscribe(shared, 1)
    await publishJobs(instance, 1)
    const away = await instance.connect({ clientId: 'away', cleanStart: false })
    await away.subscribe(shared, 1)
    await away.disconnect()
    const free = await instance.connect({ autoAck: true })
    await free.subscribe(shared, 1)
    await publishJobs(instance, 4)
    expect(await payloads(free)).toEqual(['0', '1', '2', '3'])
    expect(await payloads(full)).toEqual(['0'])
  })

  it('waits in the session of a member when all are away', async () => {
    const instance = await startInstance()
    const away = await instance.connect({ clientId: 'away', cleanStart: false })
    await away.subscribe(shared, 1)
    await away.disconnect()
    await publishJobs(instance, 2)
    const back = await instance.connect({ clientId: 'away', cleanStart: false })
    expect(await payloads(back)).toEqual(['0', '1'])
  })

  it('loses QoS 0 messages when all are away, counted', async () => {
    const instance = await startInstance()
    const away = await instance.connect({ clientId: 'away', cleanStart: false })
    await away.subscribe(shared, 1)
    await away.disconnect()
    await publishJobs(instance, 1, 0)
    const back = await instance.connect({ clientId: 'away', cleanStart: false })
    await back.expectNothing()
    expect(instance.drops('away_at_qos_0')).toBe(1)
  })

  it('sends no retained messages, and goes without a member that unsubscribed', async () => {
    const instance = await startInstance()
    const publisher = await instance.connect()
    await publisher.publish('jobs/a', 'kept', { qos: 1, retain: true })
    const gone = await instance.connect()
    const stays = await instance.connect({ autoAck: true })
    await gone.subscribe(shared, 1)
    await stays.subscribe(shared, 1)
    await gone.expectNothing()
    await gone.unsubscribe(shared)
    await publishJobs(instance, 3)
    expect(await payloads(stays)).toEqual(['0', '1', '2'])
    await gone.expectNothing()
  })

  it('belongs to its instance', async () => {
    const instance = await startInstance()
    const neighbour = await instance.plane.instance()
    const client = await instance.connect()
    const stranger = await neighbour.connect()
    await client.subscribe(shared, 1)
    await stranger.subscribe(shared, 1)
    await publishJobs(instance, 2)
    expect(await payloads(client)).toEqual(['0', '1'])
    await stranger.expectNothing()
  })
})

describe('when a member of a shared subscription is gone for good', () => {
  it('its unacknowledged QoS 1 messages go to another, in order, and none that it acknowledged', async () => {
    const instance = await startInstance({ limits: { maxInflight: 2 } })
    const gone = await instance.connect()
    await gone.subscribe(shared, 1)
    await publishJobs(instance, 4)
    const stays = await instance.connect({ autoAck: true })
    await stays.subscribe(shared, 1)
    await gone.acknowledge(await gone.next('publish'))
    await gone.next('publish')
    await gone.destroy()
    const received = [await stays.next('publish'), await stays.next('publish'), await stays.next('publish')]
    expect(received.map(({ payload, dup }) => [payload.toString(), dup])).toEqual([
      ['1', false],
      ['2', false],
      ['3', false]
    ])
    await stays.expectNothing()
  })

  it('they wait while its session lasts, and go when that ends', async () => {
    const instance = await startInstance()
    const away = await instance.connect({ level: 5, properties: { sessionExpiryInterval: 60 } })
    await away.subscribe(shared, 1)
    await publishJobs(instance, 1)
    const stays = await instance.connect({ autoAck: true })
    await stays.subscribe(shared, 1)
    await away.next('publish')
    await away.destroy()
    await stays.expectNothing()
    // A store outside the process is read first: a later sweep ends the session.
    await eventually(() => {
      instance.sweepIn(61_000)
      expect(stays.inbox).toHaveLength(1)
    })
    expect((await stays.next('publish')).payload.toString()).toBe('0')
  })

  it('QoS 2 messages go to nobody else, nor do those that it refused', async () => {
    const instance = await startInstance()
    const gone = await instance.connect({ level: 5 })
    await gone.subscribe(shared, 2)
    await publishJobs(instance, 1, 2)
    await publishJobs(instance, 1, 1)
    const stays = await instance.connect()
    await stays.subscribe(shared, 2)
    await gone.next('publish')
    const refused = await gone.next('publish')
    gone.ack('puback', refused.packetId, 0x83)
    await gone.ping()
    await gone.destroy()
    await stays.expectNothing()
  })

  it('its messages are lost when there is no other, counted', async () => {
    const instance = await startInstance()
    const gone = await instance.connect()
    await gone.subscribe(shared, 1)
    await publishJobs(instance, 1)
    await gone.destroy()
    const witness = await instance.connect()
    await witness.ping()
    expect(instance.drops('shared_without_member')).toBe(1)
  })

  it('a suspended instance hands nothing from one to the next', async () => {
    const instance = await startInstance()
    const kept = await instance.connect({ clientId: 'kept', cleanStart: false })
    await kept.subscribe(shared, 1)
    await kept.destroy()
    const gone = await instance.connect()
    await gone.subscribe(shared, 1)
    await publishJobs(instance, 2)
    const next = await instance.connect()
    await next.subscribe(shared, 1)
    await instance.change({ status: 'suspended' })
    expect(await next.closed).toBe(null)
    expect(next.inbox).toEqual([])
    await instance.change({})
    const back = await instance.connect({ clientId: 'kept', cleanStart: false })
    expect(await payloads(back)).toEqual(['0', '1'])
  })
})

describe('requests to a shared subscription', () => {
  it('are answered by the member that acknowledged, once, also when it has a copy of its own', async () => {
    const instance = await startInstance()
    const asking = await requester(instance)
    const worker = await instance.connect({ clientId: 'worker' })
    await worker.subscribe('$share/workers/cmd/#', 1)
    await worker.subscribe('cmd/door', 1)
    await request(asking)
    await worker.receive()
    await worker.receive()
    const reply = replyIn(await asking.next('publish'))
    expect(reply).toMatchObject({ subscriberClientId: 'worker', topic: 'cmd/door' })
    await asking.expectNothing()
  })

  it('are answered by the member they went to when the first was gone', async () => {
    const instance = await startInstance()
    const asking = await requester(instance)
    const first = await instance.connect({ clientId: 'first' })
    await first.subscribe('$share/workers/cmd/#', 1)
    await request(asking)
    await first.next('publish')
    const second = await instance.connect({ clientId: 'second' })
    await second.subscribe('$share/workers/cmd/#', 1)
    await first.destroy()
    await second.receive()
    expect(replyIn(await asking.next('publish')).subscriberClientId).toBe('second')
    await asking.expectNothing()
  })

  it('may be waited for by a shared subscription: one of the requesters gets the reply', async () => {
    const instance = await startInstance()
    const one = await instance.connect({ level: 5, autoAck: true })
    const other = await instance.connect({ level: 5, autoAck: true })
    await one.subscribe(`$share/requesters/${responseTopic}`, 1)
    await other.subscribe(`$share/requesters/${responseTopic}`, 1)
    const worker = await instance.connect()
    await worker.subscribe('cmd/#', 1)
    await request(one)
    await request(one)
    await worker.receive()
    await worker.receive()
    await one.ping()
    expect((await payloads(one)).length + (await payloads(other)).length).toBe(2)
    expect(instance.plane.retries.jobs).toEqual([])
  })
})

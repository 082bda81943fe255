import { connect } from 'node:net'
import { keys, type LiveFigures, noFigures, writeLiveFigures } from '@parley/config-feed'
import { type CountersAnswer, type Instance, LiveEvent } from '@parley/contracts'
import { deadLettersKey } from '@parley/jobs'
import { cleanUp, cleanUpFile, eventually } from '@parley/testkit'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { EventStream, listening } from './support/event-stream.js'
import { expectProblem } from './support/expect-problem.js'
import { monitored } from './support/redis-monitor.js'
import { startTestApi, type Tenant, type TestApi } from './support/test-api.js'

let api: TestApi
let url: string
let tenant: Tenant
let instance: Instance

beforeAll(async () => {
  api = await startTestApi()
  url = await listening(api)
})
beforeEach(async () => {
  await api.redis.flush()
  tenant = await api.newTenant()
  instance = await tenant.newInstance()
})
afterAll(cleanUpFile)

const longMs = 60_000
const watch = (id = instance.id, { apiKey } = tenant) =>
  EventStream.open(`${url}/instances/${id}/live`, apiKey)
const counters = (ids: string[], who = tenant) =>
  who.call<CountersAnswer>('GET', `/counters?${ids.map((id) => `instanceId=${id}`).join('&')}`)

/** What a node says: its lease, the revision that it runs, and what it counted. */
async function nodeSays(
  node: string,
  figures: Partial<LiveFigures>,
  { run = 'first', leaseMs = longMs, revision = 1, id = instance.id } = {}
): Promise<void> {
  const redis = api.redisClient
  await redis.zadd(keys.nodes, Date.now() + leaseMs, node)
  await redis.hset(keys.applied(node), id, `1:${revision}`)
  await writeLiveFigures(redis, node, run, new Map([[id, { ...noFigures(), ...figures }]]))
}

describe('a live view', () => {
  it('is a stream of events of the schema: one at once, then one a second', async () => {
    await nodeSays('node-a', { connections: 2, messagesIn: 5 })
    const startedAt = performance.now()
    const stream = await watch()
    const first = await stream.next()
    expect(performance.now() - startedAt).toBeLessThan(5_000)
    expect(stream.headers.get('content-type')).toBe('text/event-stream')
    expect(stream.headers.get('cache-control')).toBe('no-store')
    expect(Value.Check(LiveEvent, first)).toBe(true)
    expect(first).toMatchObject({
      heard: true,
      status: 'running',
      revision: 1,
      counters: { connections: 2, messagesIn: 5, messagesOut: 0, deadLetters: 0 },
      nodes: [{ node: 'node-a', revision: 1, current: true, connections: 2 }]
    })
    const second = await stream.next()
    const third = await stream.next()
    expect(third!.at - second!.at).toBeGreaterThan(700)
    expect(third!.at - second!.at).toBeLessThan(1_700)
  })

  it('sums all live nodes, and says of each which revision it runs', async () => {
    await nodeSays('node-b', { connections: 1, requests: 2, drops: 1 }, { revision: 1 })
    await nodeSays('node-a', { connections: 2, requests: 3, replies: 3, retries: 4, messagesOut: 9 })
    await tenant.call('PATCH', `/instances/${instance.id}`, { remark: 'newer' })
    await api.redisClient.hset(keys.applied('node-a'), instance.id, '1:2')
    await api.redisClient.zadd(keys.nodes, Date.now() + longMs, 'node-new')
    const stream = await watch()
    expect(await stream.next()).toMatchObject({
      revision: 2,
      counters: { connections: 3, requests: 5, replies: 3, retries: 4, drops: 1, messagesOut: 9 },
      nodes: [
        { node: 'node-a', revision: 2, current: true, connections: 2 },
        { node: 'node-b', revision: 1, current: false, connections: 1 },
        { node: 'node-new', revision: null, current: false, connections: 0 }
      ]
    })
  })

  it('follows a change of the instance and new dead letters', async () => {
    const stream = await watch()
    await stream.next()
    await tenant.call('PATCH', `/instances/${instance.id}`, { status: 'suspended' })
    await stream.until(({ status, revision }) => status === 'suspended' && revision === 2)
    await api.redisClient.zadd(deadLettersKey(instance.id), Date.now(), 'job')
    await stream.until(({ counters: { deadLetters } }) => deadLetters === 1)
  })

  it('a node whose lease ends leaves the view; what it had counted does not go out of the totals', async () => {
    await nodeSays('node-a', { connections: 1, messagesIn: 10 })
    await nodeSays('node-b', { connections: 4, messagesIn: 100 }, { leaseMs: 1_500 })
    const stream = await watch()
    expect((await stream.next())!.counters).toMatchObject({ connections: 5, messagesIn: 110 })
    const after = await stream.until(({ nodes }) => nodes.length === 1)
    expect(after.counters).toMatchObject({ connections: 1, messagesIn: 110 })
    expect((await counters([instance.id])).body.items[0]!.counters).toMatchObject({
      connections: 1,
      messagesIn: 10
    })
  })

  it('a node that restarts counts on: the totals never go down under a watcher', async () => {
    await nodeSays('node-a', { messagesIn: 50 })
    const stream = await watch()
    expect((await stream.next())!.counters.messagesIn).toBe(50)
    await nodeSays('node-a', { messagesIn: 0 }, { run: 'second' })
    for (let i = 0; i < 2; i++) expect((await stream.next())!.counters.messagesIn).toBe(50)
    await nodeSays('node-a', { messagesIn: 7 }, { run: 'second' })
    await stream.until(({ counters: { messagesIn } }) => messagesIn === 57)
    // Redis loses what it wrote, and has it again.
    await api.redisClient.del(keys.live(instance.id, 'node-a'))
    expect((await stream.next())!.counters.messagesIn).toBe(57)
    await nodeSays('node-a', { messagesIn: 8 }, { run: 'second' })
    await stream.until(({ counters: { messagesIn } }) => messagesIn === 58)
  })

  it('while Redis is away it goes on with the last figures, not heard, and is heard again after', async () => {
    await nodeSays('node-a', { connections: 3, messagesIn: 10 })
    const stream = await watch()
    expect(await stream.next()).toMatchObject({ heard: true })
    await api.redis.stop()
    const unheard = await stream.until(({ heard }) => !heard)
    expect(unheard.counters).toMatchObject({ connections: 3, messagesIn: 10 })
    expect(unheard.nodes).toHaveLength(1)
    expectProblem(await counters([instance.id]), 'unavailable')
    await api.redis.start()
    const heard = await stream.until((event) => event.heard)
    expect(heard.counters).toMatchObject({ connections: 3, messagesIn: 10 })
  })

  it('of one instance shows nothing of another', async () => {
    const other = await tenant.newInstance()
    await nodeSays('node-a', { messagesIn: 5 })
    const stream = await watch(other.id)
    expect((await stream.next())!.counters.messagesIn).toBe(0)
  })

  it('is shared: many who watch cost Redis what one costs, and nobody costs nothing', async () => {
    await nodeSays('node-a', { messagesIn: 5 })
    const reads = async (seconds: number): Promise<number> => {
      const commands = await monitored(api.redis.url, instance.id, async () => {
        const first = streams[0]
        for (let i = 0; first && i < seconds; i++) await first.next()
        if (!first) await new Promise((resolve) => setTimeout(resolve, 2_200))
      })
      return commands.filter(([name]) => name === 'mget').length
    }
    const streams: EventStream[] = []
    for (let i = 0; i < 10; i++) {
      streams.push(await watch())
      await streams[i]!.next()
    }
    for (const stream of streams.slice(1)) expect(await stream.next()).toMatchObject({ heard: true })
    await streams[0]!.next()
    expect(await reads(3)).toBeLessThanOrEqual(4)
    for (const stream of streams.splice(0)) stream.close()
    await eventually(async () => expect(await reads(0)).toBe(0))
  })
})

describe('a live view ends', () => {
  it('when the instance is deleted, and cannot be opened again', async () => {
    const stream = await watch()
    await stream.next()
    await tenant.call('DELETE', `/instances/${instance.id}`)
    await stream.ended()
    expectProblem(await tenant.call('GET', `/instances/${instance.id}/live`), 'not_found')
  })

  it('when the API stops, also for one that does not read', async () => {
    const own = await startTestApi()
    const [address, who] = [await listening(own), await own.newTenant()]
    const { id } = await who.newInstance()
    const stream = await EventStream.open(`${address}/instances/${id}/live`, who.apiKey)
    await stream.next()
    const deaf = connect(Number(new URL(address).port), '127.0.0.1')
    cleanUp(() => deaf.destroy())
    deaf.pause()
    deaf.write(
      `GET /api/v1/instances/${id}/live HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${who.apiKey}\r\n\r\n`
    )
    await stream.next()
    const [, ended] = [await stream.next(), own.app.close()]
    await stream.ended()
    await ended
  })
})

describe('who may not see', () => {
  it('another tenant is told "not found", and its counters of it are left out', async () => {
    await nodeSays('node-a', { messagesIn: 5 })
    const thief = await api.newTenant()
    expectProblem(await thief.call('GET', `/instances/${instance.id}/live`), 'not_found')
    const own = await thief.newInstance()
    const { body } = await counters([instance.id, own.id, 'mqtt-00000000', '%00'], thief)
    expect(body.items.map(({ instanceId }) => instanceId)).toEqual([own.id])
    expect((await counters([instance.id], thief)).body).toEqual({ items: [] })
  })

  it('a tenant that holds too many open is refused one more; another is not', async () => {
    const streams = await Promise.all(Array.from({ length: 100 }, () => watch()))
    expectProblem(await tenant.call('GET', `/instances/${instance.id}/live`), 'rate_limited')
    const other = await api.newTenant()
    const { id } = await other.newInstance()
    await (await watch(id, other)).next()
    streams.pop()!.close()
    await eventually(async () => (await watch()).close())
  })
})

describe('counters', () => {
  it('of several instances are answered in one go, also of those that no node speaks of', async () => {
    const second = await tenant.newInstance()
    await nodeSays('node-a', { connections: 1, messagesIn: 5 })
    await nodeSays('node-b', { connections: 2, messagesIn: 6 })
    const { body, status } = await counters([second.id, instance.id])
    expect(status).toBe(200)
    const nothing = { ...noFigures(), deadLetters: 0 }
    expect(body.items).toEqual([
      { instanceId: instance.id, counters: { ...nothing, connections: 3, messagesIn: 11 } },
      { instanceId: second.id, counters: nothing }
    ])
  })

  it.each([
    ['', '/instanceId'],
    ['?instanceId=a&nix=1', '/nix'],
    [`?${Array.from({ length: 101 }, (_, i) => `instanceId=${i}`).join('&')}`, '/instanceId']
  ])('a query that is not one: %#', async (query, path) => {
    expect(expectProblem(await tenant.call('GET', `/counters${query}`), 'invalid')).toEqual([path])
  })
})

import type { Instance, ReplyJobsDone, ReplyJobView } from '@parley/contracts'
import { cleanUpFile, eventually } from '@parley/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { expectProblem } from './support/expect-problem.js'
import { startTestNode, type TestNode } from './support/reply-jobs.js'
import { type Page, startTestApi, type Tenant, type TestApi } from './support/test-api.js'

let api: TestApi
let node: TestNode
let tenant: Tenant
let instance: Instance

beforeAll(async () => {
  api = await startTestApi()
  node = await startTestNode(api)
})
beforeEach(async () => {
  tenant = await api.newTenant()
  instance = await tenant.newInstance()
  node.outcome = 'nobody_waits'
  node.during = () => undefined
  node.attempts = []
})
afterAll(cleanUpFile)

const pathOf = (suffix = '', { id } = instance) => `/instances/${id}/reply-jobs${suffix}`
const list = (query = '', who = tenant) => who.call<Page<ReplyJobView>>('GET', pathOf(query))
const idsOf = async (query = ''): Promise<string[]> => (await list(query)).body.items.map(({ id }) => id)
const get = (id: string) => tenant.call<ReplyJobView>('GET', pathOf(`/${id}`))
const unknown = 'a'.repeat(64)

describe('200', () => {
  it('a dead letter is listed and read as the schema says, and is what a list is of by default', async () => {
    const createdAtMs = Date.now()
    const id = await node.giveUp(instance.id, {
      messageId: 'm-1',
      createdAtMs,
      correlationDataBase64: 'AA==',
      expiresAtMs: createdAtMs + 60_000
    })
    const { body } = await list()
    expect(body.nextCursor).toBeNull()
    expect(body.items).toEqual([
      {
        id,
        state: 'dead',
        messageId: 'm-1',
        responderClientId: 'door',
        responseTopic: 'replies/me',
        qos: 1,
        payload: '{"id":"1"}',
        correlationDataBase64: 'AA==',
        attempts: { made: 1, max: 1 },
        lastError: 'nobody waits on the Response Topic',
        createdAt: new Date(createdAtMs).toISOString(),
        nextAttemptAt: null,
        deadAt: expect.stringMatching(/Z$/),
        expiresAt: new Date(createdAtMs + 60_000).toISOString()
      }
    ])
    expect((await get(id)).body).toEqual(body.items[0])
    expect(await idsOf('?state=waiting')).toEqual([])
  })

  it('a waiting one tells when its next attempt comes', async () => {
    const id = await node.park(instance.id)
    const { body } = await list('?state=waiting')
    expect(body.items).toMatchObject([
      {
        id,
        state: 'waiting',
        attempts: { made: 0, max: 3 },
        lastError: null,
        deadAt: null,
        expiresAt: null,
        correlationDataBase64: null
      }
    ])
    const dueInMs = Date.parse(body.items[0]!.nextAttemptAt!) - Date.now()
    expect(dueInMs).toBeGreaterThan(30_000)
    expect(dueInMs).toBeLessThanOrEqual(60_000)
    expect(await idsOf()).toEqual([])
  })

  it('pages hold each once, newest first', async () => {
    const ids: string[] = []
    for (let i = 0; i < 5; i++) ids.unshift(await node.giveUp(instance.id))
    const paged: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const { body }: { body: Page<ReplyJobView> } = await list(`?limit=2${cursor && `&cursor=${cursor}`}`)
      paged.push(...body.items.map(({ id }) => id))
      cursor = body.nextCursor
    }
    expect(paged).toEqual(ids)
  })
})

describe('retry', () => {
  it('answers 202 with the reply as one that waits, and it is tried at once', async () => {
    const id = await node.giveUp(instance.id)
    node.outcome = 'published'
    const answer = await tenant.call<ReplyJobView>('POST', pathOf(`/${id}/retry`))
    expect(answer.status).toBe(202)
    expect(answer.body).toMatchObject({
      id,
      state: 'waiting',
      attempts: { made: 0 },
      deadAt: null,
      lastError: null
    })
    await eventually(() => expect(node.attempts).toHaveLength(2))
    await eventually(async () => expectProblem(await get(id), 'not_found'))
    expect(await idsOf()).toEqual([])
    expect(await idsOf('?state=waiting')).toEqual([])
  })

  it('of one that waits brings its next attempt forward', async () => {
    const id = await node.park(instance.id)
    expect((await tenant.call('POST', pathOf(`/${id}/retry`))).status).toBe(202)
    await eventually(async () => expect((await get(id)).body.attempts.made).toBe(1))
  })

  it('is 409 when the request has expired, and the dead letter stays', async () => {
    const expiresAtMs = Date.now() + 500
    const id = await node.giveUp(instance.id, { expiresAtMs })
    await eventually(() => expect(Date.now()).toBeGreaterThan(expiresAtMs))
    expectProblem(await tenant.call('POST', pathOf(`/${id}/retry`)), 'reply_expired')
    expect((await get(id)).body.state).toBe('dead')
  })

  it('of several does those that are there, and names the others', async () => {
    const expiresAtMs = Date.now() + 500
    const ids = [await node.giveUp(instance.id), await node.giveUp(instance.id), await node.park(instance.id)]
    const expired = await node.giveUp(instance.id, { expiresAtMs })
    await eventually(() => expect(Date.now()).toBeGreaterThan(expiresAtMs))
    node.outcome = 'published'
    const asked = [unknown, ...ids, expired, 'meta']
    const { status, body } = await tenant.call<ReplyJobsDone>('POST', pathOf('/retry'), { ids: asked })
    expect(status).toBe(200)
    expect(body).toEqual({ done: 3, missing: [unknown, expired, 'meta'] })
    await eventually(async () => expect(await idsOf('?state=waiting')).toEqual([]))
    expect(await idsOf()).toEqual([expired])
  })
})

describe('discard', () => {
  it('answers 204 once, then 404', async () => {
    for (const id of [await node.giveUp(instance.id), await node.park(instance.id)]) {
      expect((await tenant.call('DELETE', pathOf(`/${id}`))).status).toBe(204)
      expectProblem(await tenant.call('DELETE', pathOf(`/${id}`)), 'not_found')
      expectProblem(await get(id), 'not_found')
    }
    expect([...(await idsOf()), ...(await idsOf('?state=waiting'))]).toEqual([])
  })

  it('is 409 while the reply is tried', async () => {
    let letGo: () => void = () => undefined
    node.during = () => new Promise<void>((resolve) => (letGo = resolve))
    const id = await node.park(instance.id)
    await tenant.call('POST', pathOf(`/${id}/retry`))
    await eventually(() => expect(node.attempts).toHaveLength(1))
    expectProblem(await tenant.call('DELETE', pathOf(`/${id}`)), 'reply_in_progress')
    letGo()
    await eventually(async () => expect((await tenant.call('DELETE', pathOf(`/${id}`))).status).toBe(204))
  })

  it('of several does those that are there, and names the others', async () => {
    const ids = [await node.giveUp(instance.id), await node.park(instance.id)]
    const kept = await node.giveUp(instance.id)
    const { body } = await tenant.call('POST', pathOf('/discard'), { ids: [...ids, unknown] })
    expect(body).toEqual({ done: 2, missing: [unknown] })
    expect(await idsOf()).toEqual([kept])
  })
})

describe('404', () => {
  it("another tenant's replies are not found by any way, nor is another instance's", async () => {
    const id = await node.giveUp(instance.id)
    const thief = await api.newTenant()
    const own = await thief.newInstance()
    const sibling = await tenant.newInstance()
    for (const [who, where] of [
      [thief, instance],
      [thief, own],
      [tenant, sibling]
    ] as const) {
      expectProblem(await who.call('GET', pathOf(`/${id}`, where)), 'not_found')
      expectProblem(await who.call('POST', pathOf(`/${id}/retry`, where)), 'not_found')
      expectProblem(await who.call('DELETE', pathOf(`/${id}`, where)), 'not_found')
    }
    expectProblem(await thief.call('GET', pathOf()), 'not_found')
    for (const action of ['/retry', '/discard']) {
      expectProblem(await thief.call('POST', pathOf(action), { ids: [id] }), 'not_found')
      const { body } = await thief.call('POST', pathOf(action, own), { ids: [id] })
      expect(body).toEqual({ done: 0, missing: [id] })
    }
    expect((await thief.call<Page<ReplyJobView>>('GET', pathOf('', own))).body.items).toEqual([])
    expect((await get(id)).body.state).toBe('dead')
    expect(node.attempts).toHaveLength(1)
  })
})

describe('422', () => {
  it.each([
    ['?state=done', '/state'],
    ['?limit=0', '/limit'],
    ['?cursor=nonsense', '/cursor']
  ])('a list with %s', async (query, path) => {
    expect(expectProblem(await list(query), 'invalid')).toContain(path)
  })

  it.each([
    [{ ids: [] }],
    [{ ids: [unknown, unknown] }],
    [{ ids: Array.from({ length: 101 }, (_, i) => `${i}`) }],
    [{ ids: [''] }],
    [{}]
  ])('a bulk of %j', async (body) => {
    for (const action of ['/retry', '/discard'])
      expect(expectProblem(await tenant.call('POST', pathOf(action), body), 'invalid')[0]).toMatch(/^\/ids/)
  })
})

describe('503', () => {
  it('while Redis is away everything is unavailable, and is there again after', async () => {
    const id = await node.giveUp(instance.id)
    await api.redis.stop()
    const calls = [
      () => list(),
      () => get(id),
      () => tenant.call('POST', pathOf(`/${id}/retry`)),
      () => tenant.call('DELETE', pathOf(`/${id}`)),
      () => tenant.call('POST', pathOf('/retry'), { ids: [id] }),
      () => tenant.call('POST', pathOf('/discard'), { ids: [id] })
    ]
    for (const call of calls) expectProblem(await call(), 'unavailable')
    await api.redis.start()
    await eventually(async () => expect(await idsOf()).toEqual([id]))
  })
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ConfigFollower, keys } from '@parley/config-feed'
import type { AuthorizationPolicy, EnhancementRule, Instance, InstanceSnapshot } from '@parley/contracts'
import { cleanUp, cleanUpFile, eventually } from '@parley/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { storedSnapshot } from './support/stored-snapshot.js'
import { newRuleBody, rulesPath, startTestApi, type Tenant, type TestApi } from './support/test-api.js'

let api: TestApi
let tenant: Tenant

beforeAll(async () => {
  api = await startTestApi()
  tenant = await api.newTenant()
})
afterAll(cleanUpFile)

const stored = (id: string): Promise<InstanceSnapshot | undefined> => storedSnapshot(api.redisClient, id)

it('a change is in Redis when it is answered: all of the instance, active rules in their order', async () => {
  const instance = await tenant.newInstance({ limits: { maxInflight: 5 } })
  const later = await tenant.newRule(instance.id, { priority: 200 })
  await tenant.newRule(instance.id, { status: 'inactive' })
  const { headers, body: sooner } = await tenant.call<EnhancementRule>(
    'POST',
    rulesPath(instance.id),
    newRuleBody({ priority: 1 })
  )
  expect(headers['parley-relay']).toBe('done')
  const { authentication, authorization, autoReply, limits, sessions } = instance
  const definition = ({ remark: _r, revision: _v, updatedAt: _u, ...rest }: EnhancementRule) => rest
  expect(await stored(instance.id)).toEqual({
    instanceId: instance.id,
    tenantId: tenant.tenantId,
    epoch: 1,
    revision: 4,
    deleted: false,
    status: 'running',
    mqttPort: Number(new URL(instance.endpoints.mqtt).port),
    settings: { authentication, authorization, autoReply, limits, sessions },
    rules: [definition(sooner), definition(later)],
    policies: [],
    usersRevision: 0
  })
})

it('active policies are in the snapshot in their order, as the engine reads them', async () => {
  const instance = await tenant.newInstance()
  const later = await tenant.newPolicy(instance.id, { effect: 'deny', actions: ['subscribe', 'connect'] })
  await tenant.newPolicy(instance.id, { status: 'inactive' })
  const sooner = await tenant.newPolicy(instance.id, { priority: 1, condition: { topic: 'a/${clientId}/#' } })
  const definition = ({
    remark: _r,
    revision: _v,
    updatedAt: _u,
    status: _s,
    ...rest
  }: AuthorizationPolicy) => rest
  expect(await stored(instance.id)).toMatchObject({
    revision: 4,
    rules: [],
    policies: [definition(sooner), definition(later)]
  })
})

it('a deleted instance leaves a tombstone', async () => {
  const { id } = await tenant.newInstance()
  await tenant.newRule(id)
  await tenant.call('DELETE', `/instances/${id}`)
  expect(await stored(id)).toMatchObject({ deleted: true, status: 'deleting', revision: 3, rules: [] })
})

it('nodes are told of each change, with ids and no data', async () => {
  const listener = api.redisClient.duplicate()
  cleanUp(() => listener.disconnect())
  const heard: string[] = []
  listener.on('message', (_channel, text) => heard.push(text))
  await eventually(() => listener.subscribe(keys.notices))
  const { id } = await tenant.newInstance()
  await tenant.call('PATCH', `/instances/${id}`, { remark: 'x' })
  await expect.poll(() => heard).toEqual([`${id} 1 1`, `${id} 1 2`])
})

it('the snapshot of 20 changes at once is the last one', async () => {
  const { id } = await tenant.newInstance()
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => tenant.call('POST', rulesPath(id), newRuleBody()))
  )
  expect(new Set(answers.map(({ headers }) => headers['parley-relay']))).toEqual(new Set(['done']))
  const snapshot = await stored(id)
  expect([snapshot?.revision, snapshot?.rules.length]).toEqual([21, 20])
  expect(await api.db.outboxEntry.count({ where: { relayedAt: null } })).toBe(0)
})

it('what another process left in the outbox is relayed too', async () => {
  const { id } = await tenant.newInstance()
  await api.db.instance.update({ where: { id }, data: { revision: 2 } })
  await api.db.outboxEntry.create({ data: { instanceId: id, epoch: 1, revision: 2 } })
  await expect.poll(async () => (await stored(id))?.revision, { timeout: 5_000 }).toBe(2)
})

it('an instance shows on how many live nodes its revision runs', async () => {
  const cacheDir = mkdtempSync(join(tmpdir(), 'parley-relay-test-'))
  cleanUp(() => rmSync(cacheDir, { recursive: true, force: true }))
  const follower = new ConfigFollower({
    redis: api.redisClient,
    createSubscriber: () => api.redisClient.duplicate(),
    nodeName: 'node-1',
    cacheDir,
    onSnapshot: () => undefined,
    logger: api.app.log
  })
  await follower.start()
  cleanUp(() => follower.stop())
  const { id } = await tenant.newInstance()
  const rollout = async () => (await tenant.call<Instance>('GET', `/instances/${id}`)).body.rollout
  await expect.poll(rollout).toEqual({ nodes: 1, applied: 1 })
  await tenant.call('PATCH', `/instances/${id}`, { remark: 'x' })
  await expect.poll(rollout).toEqual({ nodes: 1, applied: 1 })
  expect(follower.snapshot(id)?.revision).toBe(2)
  await follower.stop()
  expect(await rollout()).toEqual({ nodes: 0, applied: 0 })
})

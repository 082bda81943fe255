import { type Instance, PolicyTest } from '@parley/contracts'
import { cleanUpFile } from '@parley/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { expectProblem } from './support/expect-problem.js'
import { refusedCases, title, withCase } from './support/schema-cases.js'
import { policiesPath, startTestApi, type Tenant, type TestApi } from './support/test-api.js'

let api: TestApi
let tenant: Tenant
let instance: Instance

beforeAll(async () => {
  api = await startTestApi()
  tenant = await api.newTenant()
})
beforeEach(async () => {
  instance = await tenant.newInstance()
})
afterAll(cleanUpFile)

const ask = (body: unknown) => tenant.call('POST', policiesPath(instance.id, '/test'), body)
const publish = { action: 'publish', clientId: 'c', topic: 'a/b' }

describe('200', () => {
  it('without a policy nothing is allowed, and it says whether policies are asked at all', async () => {
    const denied = { effect: 'deny', policy: null }
    expect(await ask(publish)).toMatchObject({ status: 200, body: { ...denied, enabled: false } })
    await tenant.call('PATCH', `/instances/${instance.id}`, { authorization: { enabled: true } })
    expect((await ask(publish)).body).toEqual({ ...denied, enabled: true })
    expect((await ask({ action: 'connect', clientId: 'c' })).body).toEqual({ ...denied, enabled: true })
  })

  it('the first active policy in order that matches decides, and is named', async () => {
    const allow = await tenant.newPolicy(instance.id, { actions: ['connect', 'publish', 'subscribe'] })
    const deny = await tenant.newPolicy(instance.id, {
      effect: 'deny',
      priority: 1,
      condition: { topic: 'a/#' }
    })
    await tenant.newPolicy(instance.id, { priority: 0, status: 'inactive' })
    const by = ({ id, name, effect }: typeof allow) => ({ effect, policy: { id, name }, enabled: false })
    expect((await ask(publish)).body).toEqual(by(deny))
    expect((await ask({ ...publish, topic: 'b' })).body).toEqual(by(allow))
    expect((await ask({ ...publish, action: 'subscribe', topic: 'a/+' })).body).toEqual(by(allow))
    expect((await ask({ action: 'connect', clientId: 'c' })).body).toEqual(by(allow))
    await tenant.call('PUT', policiesPath(instance.id, '/priorities'), [{ id: deny.id, priority: 200 }])
    expect((await ask(publish)).body).toEqual(by(allow))
  })

  it('every part of the question counts', async () => {
    await tenant.newPolicy(instance.id, {
      condition: {
        clientId: 'plc-*',
        username: 'u',
        address: '10.0.0.0/8',
        topic: '${clientId}/#',
        qos: [1],
        retain: true
      }
    })
    const good = {
      ...{ action: 'publish', clientId: 'plc-1', username: 'u', address: '10.1.1.1' },
      ...{ topic: 'plc-1/a', qos: 1, retain: true }
    }
    expect((await ask(good)).body).toMatchObject({ effect: 'allow' })
    for (const other of [
      { action: 'subscribe' },
      { clientId: 'x' },
      { username: null },
      { username: undefined },
      { address: '11.1.1.1' },
      { address: undefined },
      { topic: 'plc-2/a' },
      { qos: 0 },
      { retain: undefined }
    ]) {
      const { status, body } = await ask({ ...good, ...other })
      expect([other, status, body]).toEqual([other, 200, { effect: 'deny', policy: null, enabled: false }])
    }
  })

  it('a question changes nothing and is no event', async () => {
    await ask(publish)
    expect((await tenant.call('GET', `/instances/${instance.id}`)).body).toEqual(instance)
    expect(await api.db.auditEvent.count({ where: { instanceId: instance.id } })).toBe(1)
  })
})

describe('422', () => {
  it.each(refusedCases(PolicyTest).map((one) => [title(one), one] as const))('%s', async (_title, one) => {
    expect(expectProblem(await ask(withCase(publish, one)), 'invalid')).toContain(one.errorPath)
  })

  it.each([
    ['nothing', {}, ['/action', '/clientId']],
    ['a publish without a topic', { action: 'publish', clientId: 'c' }, ['/topic']],
    ['a subscribe without a topic', { action: 'subscribe', clientId: 'c' }, ['/topic']],
    ['an unknown field', { ...publish, nix: 1 }, ['/nix']]
  ])('%s', async (_what, body, paths) => {
    expect(expectProblem(await ask(body), 'invalid').sort()).toEqual(paths)
  })
})

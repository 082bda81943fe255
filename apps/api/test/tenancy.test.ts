import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startTestApi, type TestApi } from './support/test-api.js'

// Walks every operation of the OpenAPI document, so that a new route cannot forget its tenant.

let api: TestApi
const operations: { method: string; path: string }[] = []

beforeAll(async () => {
  api = await startTestApi()
  const { body } = await api.send({ method: 'GET', url: '/api/docs/json' })
  for (const [path, methods] of Object.entries(body.paths as Record<string, object>)) {
    if (!path.startsWith('/api/v1')) continue
    for (const method of Object.keys(methods)) operations.push({ method: method.toUpperCase(), path })
  }
})
afterAll(() => api.stop())

/** A body that the operation would take from its owner. */
function bodyFor(method: string, path: string, ruleId: string): unknown {
  if (method === 'GET' || method === 'DELETE') return undefined
  if (path.endsWith('/priorities')) return [{ id: ruleId, priority: 1 }]
  const name = 'stolen-name'
  if (path.includes('enhancement-rules')) return { name, actions: { correlationData: 'stolen' } }
  return { name }
}

describe('another tenant', () => {
  it('is told "not found" by every operation on an instance, and nothing changes', async () => {
    const owner = await api.newTenant()
    const { body: instance } = await owner.call('POST', '/instances', { name: 'mine' })
    const rulesPath = `/instances/${instance.id}/enhancement-rules`
    const { body: rule } = await owner.call('POST', rulesPath, {
      name: 'mine',
      actions: { correlationData: 'c' }
    })
    const before = await owner.call('GET', `/instances/${instance.id}`)

    const thief = await api.newTenant()
    const targeted = operations.filter(({ path }) => path.includes('{instanceId}'))
    expect(targeted.length).toBeGreaterThanOrEqual(10)
    for (const { method, path } of targeted) {
      const url = path
        .replace('/api/v1', '')
        .replace('{instanceId}', instance.id)
        .replace('{ruleId}', rule.id)
      const answer = await thief.call(method, url, bodyFor(method, path, rule.id))
      expect({ operation: `${method} ${path}`, status: answer.status, code: answer.body.code }).toEqual({
        operation: `${method} ${path}`,
        status: 404,
        code: 'not_found'
      })
    }
    expect((await thief.call('GET', '/instances')).body.items).toEqual([])
    expect((await owner.call('GET', `/instances/${instance.id}`)).body).toEqual(before.body)
    expect((await owner.call('GET', rulesPath)).body.items).toEqual([rule])
  })

  it('cannot reach its own instance with the rule of another one', async () => {
    const owner = await api.newTenant()
    const { body: a } = await owner.call('POST', '/instances', { name: 'aaa' })
    const { body: b } = await owner.call('POST', '/instances', { name: 'bbb' })
    const { body: rule } = await owner.call('POST', `/instances/${a.id}/enhancement-rules`, {
      name: 'of-a',
      actions: { correlationData: 'c' }
    })
    for (const method of ['GET', 'DELETE']) {
      expect((await owner.call(method, `/instances/${b.id}/enhancement-rules/${rule.id}`)).status).toBe(404)
    }
  })
})

describe('without a valid key', () => {
  it('every operation answers 401, the same for each way in which a key can be wrong', async () => {
    const tenant = await api.newTenant()
    const revoked = await api.newTenant()
    await api.db.apiKey.update({ where: { id: revoked.keyId }, data: { revokedAt: new Date() } })
    const otherSecret = `pk_${tenant.keyId}_${'A'.repeat(43)}`
    const wrong = [
      '',
      'Bearer',
      'Bearer nonsense',
      `Basic ${tenant.apiKey}`,
      `Bearer ${otherSecret}`,
      `Bearer ${revoked.apiKey}`
    ]
    for (const { method, path } of operations) {
      const url = path.replace('{instanceId}', 'mqtt-00000000').replace('{ruleId}', 'x')
      for (const authorization of wrong) {
        const { status, body } = await api.send({
          method,
          url,
          headers: authorization ? { authorization } : {}
        })
        expect([method, url, authorization, status, body.code]).toEqual([
          method,
          url,
          authorization,
          401,
          'unauthenticated'
        ])
      }
    }
  })
})

import { DryRun, type DryRunAnswer, type Instance } from '@parley/contracts'
import { cleanUpFile } from '@parley/testkit'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { expectProblem } from './support/expect-problem.js'
import { monitored } from './support/redis-monitor.js'
import { refusedCases, title, withCase } from './support/schema-cases.js'
import { newRuleBody, rulesPath, startTestApi, type Tenant, type TestApi } from './support/test-api.js'

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

const path = (): string => rulesPath(instance.id, '/dry-run')
const ask = (body: unknown) => tenant.call<DryRunAnswer>('POST', path(), body)
const message = { clientId: 'pump-7', topic: 'cmd/door', payload: '{"n":5}' }

describe('200', () => {
  it('a sample of two fields is an anonymous 3.1.1 client at QoS 1', async () => {
    const { id } = await tenant.newRule(instance.id, {
      condition: { clientId: 'pump-*' },
      actions: {
        responseTopic: 'r/${protocolVersion}/${qos}/${username:-nobody}',
        correlationData: '${payload.n}'
      }
    })
    const { status, body } = await ask({ message })
    expect(status).toBe(200)
    expect(body).toEqual({
      draftErrors: [],
      rules: [
        {
          ruleId: id,
          name: expect.any(String),
          status: 'active',
          draft: false,
          matched: true,
          mismatches: [],
          fields: [
            { field: 'responseTopic', outcome: 'applied', replacedPublisher: false },
            { field: 'correlationData', outcome: 'applied', replacedPublisher: false }
          ]
        }
      ],
      properties: {
        responseTopic: 'r/3.1.1/1/nobody',
        correlationData: '5',
        correlationDataBase64: 'NQ==',
        userProperties: []
      },
      setBy: { responseTopic: { ruleId: id }, correlationData: { ruleId: id }, userProperties: [] }
    })
  })

  it('says who set what, what the publisher kept, and what was skipped because of which variable', async () => {
    const { id } = await tenant.newRule(instance.id, {
      condition: { topic: 'cmd/#' },
      actions: {
        responseTopic: 'r',
        correlationData: '${payload.missing}',
        userProperties: [{ key: 'via', value: '${topic[1]}' }]
      }
    })
    const own = { responseTopic: 'mine', userProperties: [{ key: 'site', value: 'b' }] }
    const { body } = await ask({ message: { ...message, protocolVersion: '5.0', properties: own } })
    expect(body.properties).toEqual({
      responseTopic: 'mine',
      userProperties: [
        { key: 'site', value: 'b' },
        { key: 'via', value: 'door' }
      ]
    })
    expect(body.setBy).toEqual({
      responseTopic: { ruleId: null },
      userProperties: [{ ruleId: null }, { ruleId: id }]
    })
    expect(body.rules[0]!.fields).toEqual([
      { field: 'responseTopic', outcome: 'skipped', reason: 'kept_by_publisher' },
      {
        field: 'correlationData',
        outcome: 'skipped',
        reason: 'missing_value',
        variable: 'payload.missing'
      },
      { field: 'userProperties', index: 0, outcome: 'applied', replacedPublisher: false }
    ])
  })

  it('an inactive rule and one that does not match set nothing, and are listed with the reason', async () => {
    const off = await tenant.newRule(instance.id, { status: 'inactive', priority: 1 })
    const other = await tenant.newRule(instance.id, { condition: { clientId: 'x', topic: 'y' }, priority: 2 })
    const { body } = await ask({ message })
    expect(body.rules).toMatchObject([
      { ruleId: off.id, status: 'inactive', matched: true, fields: [] },
      { ruleId: other.id, matched: false, mismatches: ['clientId', 'topic'], fields: [] }
    ])
    expect(body.properties).toEqual({ userProperties: [] })
  })

  it('Correlation Data comes as text and as base64, that of the publisher too', async () => {
    await tenant.newRule(instance.id, { actions: { correlationData: 'c' } })
    const { body } = await ask({ message: { ...message, properties: { correlationData: 'ü' } } })
    expect(body.properties).toMatchObject({ correlationData: 'ü', correlationDataBase64: 'w7w=' })
  })

  it('a draft with the id of a saved rule stands in its place; others come on top, in their order', async () => {
    const saved = await tenant.newRule(instance.id, { actions: { responseTopic: 'saved' } })
    const kept = await tenant.newRule(instance.id, { actions: { responseTopic: 'kept' } })
    const draftRules = [
      newRuleBody({ actions: { responseTopic: 'first' } }),
      { ...newRuleBody({ actions: { responseTopic: 'changed' } }), id: saved.id },
      { ...newRuleBody({ actions: { correlationData: 'second' } }), id: 'not-saved' }
    ]
    const { body } = await ask({ message, draftRules })
    expect(body.rules.map(({ ruleId, draft }) => [ruleId, draft])).toEqual([
      [saved.id, true],
      [kept.id, false],
      ['draft-1', true],
      ['draft-2', true]
    ])
    expect(body.properties).toMatchObject({ responseTopic: 'changed', correlationData: 'second' })
    expect(body.setBy.correlationData).toEqual({ ruleId: 'draft-2' })
  })

  it('publishes nothing and saves nothing', async () => {
    await tenant.newRule(instance.id)
    const before = (await tenant.call('GET', `/instances/${instance.id}`)).body
    const events = await api.db.auditEvent.count()
    const commands = await monitored(api.redis.url, instance.id, async () => {
      expect((await ask({ message, draftRules: [newRuleBody()] })).status).toBe(200)
    })
    expect(commands).toEqual([])
    expect((await tenant.call('GET', `/instances/${instance.id}`)).body).toEqual(before)
    expect((await tenant.call<{ items: unknown[] }>('GET', rulesPath(instance.id))).body.items).toHaveLength(
      1
    )
    expect(await api.db.auditEvent.count()).toBe(events)
    expect(await api.db.outboxEntry.count({ where: { relayedAt: null } })).toBe(0)
  })
})

describe('404', () => {
  it("another tenant's instance is not told apart from none, and its rules are never read", async () => {
    await tenant.newRule(instance.id, { actions: { responseTopic: 'secret' } })
    const thief = await api.newTenant()
    const answer = await thief.call('POST', path(), { message })
    expectProblem(answer, 'not_found')
    expect(JSON.stringify(answer.body)).not.toContain('secret')
    const own = await thief.newInstance()
    const { body } = await thief.call<DryRunAnswer>('POST', rulesPath(own.id, '/dry-run'), { message })
    expect(body.rules).toEqual([])
  })
})

describe('422', () => {
  it.each(refusedCases(DryRun.properties.message).map((one) => [title(one), one] as const))(
    'a sample with %s',
    async (_title, one) => {
      const answer = await ask({ message: withCase(message, one) })
      expect(expectProblem(answer, 'invalid')).toContain(`/message${one.errorPath}`)
    }
  )

  it.each([
    [{ topic: '' }, '/message/topic'],
    [{ topic: 'cmd/#' }, '/message/topic'],
    [{ topic: 'cmd/+/a' }, '/message/topic'],
    [{ topic: 'a\0b' }, '/message/topic'],
    [{ topic: 'a\u0007b' }, '/message/topic'],
    [{ topic: '$SYS/a' }, '/message/topic'],
    [{ topic: '\ud800' }, '/message/topic'],
    [{ topic: 'ü'.repeat(40_000) }, '/message/topic'],
    [{ clientId: 'a\0' }, '/message/clientId'],
    [{ username: 'a\0' }, '/message/username'],
    [{ payload: '\udfff' }, '/message/payload'],
    [{ properties: { responseTopic: 'a/#' } }, '/message/properties/responseTopic'],
    [{ properties: { responseTopic: 'a\0' } }, '/message/properties/responseTopic'],
    [
      { properties: { userProperties: [{ key: 'k', value: '\0' }] } },
      '/message/properties/userProperties/0/value'
    ],
    [{ protocolVersion: '3.1.1', properties: { responseTopic: 'r' } }, '/message/properties']
  ])('a message that no client could publish: %#', async (fields, errorPath) => {
    expect(expectProblem(await ask({ message: { ...message, ...fields } }), 'invalid')).toEqual([errorPath])
  })

  it('a payload and Correlation Data are bytes: U+0000 is let in', async () => {
    const properties = { correlationData: '\0' }
    expect((await ask({ message: { ...message, payload: '\0', properties } })).status).toBe(200)
  })

  it('a draft that could not be saved is left out, with the words of the save, below its place', async () => {
    const wrong = [
      newRuleBody(),
      newRuleBody({ actions: { responseTopic: 'a/#' } }),
      newRuleBody({ condition: { topic: '#/a' }, remark: '\0' }),
      newRuleBody({ actions: { userProperties: [{ key: '${nix}', value: 'v' }] } }),
      newRuleBody({ actions: { userProperties: [] } })
    ]
    for (const [i, body] of wrong.entries()) {
      const onSave = await tenant.call<{ errors?: { path: string; message: string }[] }>(
        'POST',
        rulesPath(instance.id),
        body
      )
      if (i === 0) continue
      const answer = await ask({ message, draftRules: [newRuleBody(), body] })
      expect(answer.status).toBe(200)
      expect(answer.body.draftErrors).toEqual(
        onSave.body.errors!.map((error) => ({ ...error, path: `/draftRules/1${error.path}` }))
      )
      expect(answer.body.rules.filter(({ draft }) => draft)).toHaveLength(1)
    }
    const all = await ask({ message, draftRules: wrong })
    expect(all.body.draftErrors.map(({ path }) => path.split('/')[2])).toEqual(['1', '2', '3', '4'])
  })

  it('a saved rule stays where the draft in its place could not be saved; of one id twice the first counts', async () => {
    const { id } = await tenant.newRule(instance.id, { actions: { responseTopic: 'saved' } })
    const half = { ...newRuleBody({ actions: { responseTopic: '${half' } }), id }
    const { body } = await ask({ message, draftRules: [half] })
    expect(body.draftErrors.map(({ path }) => path)).toEqual(['/draftRules/0/actions/responseTopic'])
    expect(body.rules).toMatchObject([{ ruleId: id, draft: false }])
    expect(body.properties.responseTopic).toBe('saved')
    const twice = [
      { ...newRuleBody(), id },
      { ...newRuleBody(), id }
    ]
    const again = await ask({ message, draftRules: twice })
    expect(again.body.draftErrors.map(({ path }) => path)).toEqual(['/draftRules/1/id'])
    expect(again.body.rules).toMatchObject([{ ruleId: id, draft: true }])
  })

  it('a draft that the schema refuses', async () => {
    const unnamed = await ask({ message, draftRules: [{ actions: { correlationData: 'c' } }] })
    expect(expectProblem(unnamed, 'invalid')).toEqual(['/draftRules/0/name'])
  })

  it('a sample that would hold up everybody is refused at once, not computed', async () => {
    const pattern = 'a*'.repeat(512)
    const draftRules = Array.from({ length: 100 }, () => newRuleBody({ condition: { topic: pattern } }))
    const startedAt = performance.now()
    const answer = await ask({ message: { ...message, topic: 'a'.repeat(65_000) }, draftRules })
    expect(expectProblem(answer, 'invalid')).toEqual(['/message/topic'])
    expect(performance.now() - startedAt).toBeLessThan(1_000)
    const some = await ask({ message: { ...message, topic: 'a'.repeat(2_000) }, draftRules })
    expect(some.status).toBe(200)
  })
})

import type { EnhancementRule, EnhancementRuleCreate, Instance } from '@parley/contracts'
import { expect } from 'vitest'
import type { Cleanups } from '../../support/cleanups.js'
import { until } from '../../support/conditions.js'
import { Client } from '../../support/mqtt-client.js'
import type { System } from '../../support/system.js'

/** Given up after one attempt, so that dead letters are there in a moment. */
const hastyRetry = { attempts: 1, firstDelayMs: 10, maxDelayMs: 10 }
const deadLetters = 3
const requestEveryMs = 150

/** A tenant in the middle of its work: what every page has to show. */
export interface Scene {
  /** Anonymous, with rules, live traffic and dead letters. */
  line: Instance
  /** With users and policies. */
  plant: Instance
  rule: EnhancementRule
}

const rules: EnhancementRuleCreate[] = [
  {
    name: 'door-replies',
    condition: { topic: 'cmd/#' },
    actions: { responseTopic: 'replies/${clientId}', correlationData: '${payload.requestId}' },
    remark: 'Panels of 2014 cannot set a Response Topic'
  },
  {
    name: 'expire-door-commands',
    condition: { topic: 'cmd/door/#' },
    actions: { messageExpiryInterval: 30 },
    priority: 50
  },
  {
    name: 'trace-panels',
    condition: { clientId: 'panel-*' },
    actions: { userProperties: [{ key: 'trace', value: '${traceId}' }] },
    priority: 200,
    status: 'inactive'
  }
]

const users = [
  { username: 'door-1', remark: 'North entrance' },
  { username: 'door-2', remark: 'South entrance' },
  { username: 'panel-1', remark: 'Porter' },
  { username: 'old-panel', status: 'disabled', remark: 'Taken down in May' }
]

const policies = [
  { name: 'no-secrets', effect: 'deny', actions: ['subscribe'], condition: { topic: 'secret/#' } },
  {
    name: 'own-commands',
    effect: 'allow',
    actions: ['subscribe'],
    condition: { topic: 'cmd/${clientId}/#', qos: [1, 2] },
    priority: 110
  },
  {
    name: 'office-network',
    effect: 'allow',
    actions: ['connect', 'publish'],
    condition: { address: '10.20.0.0/16' },
    priority: 120
  }
]

/** Fills the first tenant; the traffic goes on until the clean-up. */
export async function playScene(system: System, cleanups: Cleanups): Promise<Scene> {
  const line = await system.instance({ name: 'line-7', remark: 'Doors of hall 7' })
  const rule = await create<EnhancementRule>(system, `/instances/${line.id}/enhancement-rules`, rules[0]!)
  for (const one of rules.slice(1)) await create(system, `/instances/${line.id}/enhancement-rules`, one)
  const plant = await system.instance({
    name: 'plant-east',
    authentication: { anonymous: false },
    authorization: { enabled: true }
  })
  for (const user of users) await create(system, `/instances/${plant.id}/users`, user)
  for (const policy of policies) await create(system, `/instances/${plant.id}/policies`, policy)
  await system.instance({ name: 'old-hall', status: 'suspended', remark: 'Until the rebuild is done' })
  await leaveDeadLetters(system, line, cleanups)
  await keepBusy(await system.rolledOut(line.id), cleanups)
  return { line, plant, rule }
}

async function create<T>(system: System, path: string, body: object): Promise<T> {
  const answer = await system.rest.send<T>('POST', path, body)
  expect(answer, `POST ${path}`).toMatchObject({ status: 201 })
  return answer.body
}

/** Requests whose requesters are gone when the answer comes. */
export async function leaveDeadLetters(
  system: System,
  instance: Instance,
  cleanups: Cleanups
): Promise<void> {
  await system.rest.send('PATCH', `/instances/${instance.id}`, { autoReply: { retry: hastyRetry } })
  const { endpoints } = await system.rolledOut(instance.id)
  const responder = await Client.connect(endpoints.mqtt, { version: 4, clientId: 'gate-3' }, cleanups)
  await responder.subscribe('gate/#', 1)
  const requester = await Client.connect(endpoints.mqtt, { version: 5, clientId: 'porter' }, cleanups)
  for (let number = 1; number <= deadLetters; number++) {
    const responseTopic = `answers/porter/${number}`
    await requester.publish('gate/open', JSON.stringify({ number }), 1, { responseTopic })
  }
  await until('the dead letters are there', async () => {
    const { body } = await system.rest.send<{ items: unknown[] }>(
      'GET',
      `/instances/${instance.id}/reply-jobs`
    )
    return body.items.length === deadLetters
  })
}

async function keepBusy({ endpoints }: Instance, cleanups: Cleanups): Promise<void> {
  const door = await Client.connect(endpoints.mqtt, { version: 4, clientId: 'door-1' }, cleanups)
  await door.subscribe('cmd/#', 1)
  const panel = await Client.connect(endpoints.mqtt, { version: 5, clientId: 'panel-1' }, cleanups)
  await panel.subscribe('replies/panel-1', 1)
  let last = Promise.resolve()
  const timer = setInterval(() => {
    last = panel.publish('cmd/door', '{"requestId":"r-1","open":true}', 1)
  }, requestEveryMs)
  cleanups.add(() => {
    clearInterval(timer)
    // Its client is closed next: what is under way then would fail.
    return last
  })
}

import type { MqttProbe } from '@parley/testkit'
import { describe, expect, it } from 'vitest'
import { type InstanceOptions, startInstance, type TestInstance } from './support/data-plane.js'
import type { PolicyPatch, RulePatch } from './support/snapshot.js'

/**
 * The server writes replies where a requester says. Here a requester tries to make it write where it may not: nothing may come
 * out, and each attempt is counted with its reason.
 */
const allow = (actions: PolicyPatch['actions'], condition: PolicyPatch['condition'] = {}): PolicyPatch => ({
  effect: 'allow',
  actions,
  condition
})

const basis: PolicyPatch[] = [
  allow(['connect']),
  allow(['publish'], { topic: 'cmd/#' }),
  allow(['subscribe'], { clientId: 'responder', topic: 'cmd/#' }),
  allow(['subscribe'], { clientId: 'watcher' })
]

interface Scene {
  instance: TestInstance
  watcher: MqttProbe
  responder: MqttProbe
}

async function scene(options: InstanceOptions = {}, ...more: PolicyPatch[]): Promise<Scene> {
  const instance = await startInstance({ authorization: true, ...options, policies: [...more, ...basis] })
  const watcher = await instance.connect({ clientId: 'watcher' })
  await watcher.subscribe(['victim/#', 'replies/#', 'a/#'], 1)
  const responder = await instance.connect({ clientId: 'responder' })
  await responder.subscribe('cmd/#', 1)
  return { instance, watcher, responder }
}

async function ask(
  { instance, responder }: Scene,
  connect: Parameters<TestInstance['connect']>[0],
  responseTopic?: string,
  payload = '{}'
): Promise<void> {
  const requester = await instance.connect({ level: 5, clientId: 'requester', ...connect })
  const properties = responseTopic === undefined ? {} : { responseTopic }
  await requester.publish('cmd/door', payload, { qos: 1, properties })
  await responder.receive()
  await responder.ping()
}

async function expectRefused(
  { instance, watcher }: Scene,
  reason = 'reply_not_allowed' as const
): Promise<void> {
  await watcher.expectNothing()
  expect(instance.drops(reason)).toBe(1)
  expect(instance.counters.repliesPublished).toBe(0)
  expect(instance.plane.retries.jobs).toEqual([])
}

describe('a reply is not written', () => {
  it('where the requester may neither publish nor subscribe', async () => {
    const at = await scene()
    await ask(at, {}, 'victim/alarm')
    await expectRefused(at)
  })

  it('where it may subscribe, but the responder may not publish', async () => {
    const at = await scene({}, allow(['subscribe'], { clientId: 'requester', topic: 'victim/#' }))
    await ask(at, {}, 'victim/alarm')
    await expectRefused(at)
  })

  it('where only the responder may publish', async () => {
    const at = await scene({}, allow(['publish'], { clientId: 'responder', topic: 'victim/#' }))
    await ask(at, {}, 'victim/alarm')
    await expectRefused(at)
  })

  const rule = (responseTopic: string): RulePatch => ({ actions: { responseTopic } })
  it.each([
    { how: 'the payload', rules: [rule('victim/${payload.to}')], payload: '{"to":"alarm"}' },
    { how: 'a topic level', rules: [rule('victim/${topic[1]}')], payload: '{}' },
    { how: 'the whole topic', rules: [rule('victim/${topic}')], payload: '{}' }
  ])('where a rule lets $how choose it', async ({ rules, payload }) => {
    const at = await scene({ rules })
    await ask(at, {}, undefined, payload)
    await expectRefused(at)
  })

  it('where a rule lets a user property choose it', async () => {
    const at = await scene({ rules: [rule('victim/${userProperty.to}')] })
    const requester = await at.instance.connect({ level: 5, clientId: 'requester' })
    await requester.publish('cmd/door', '{}', {
      qos: 1,
      properties: { userProperties: [{ key: 'to', value: 'alarm' }] }
    })
    await at.responder.receive()
    await at.responder.ping()
    await expectRefused(at)
  })

  it.each(['a/b', 'a+', 'a#', '+/b'])(
    'where a client id like %s would make it another topic',
    async (clientId) => {
      const at = await scene({ rules: [rule('a/${clientId}')] }, allow(['connect', 'publish']))
      await ask(at, { clientId })
      await at.watcher.expectNothing()
      expect(at.instance.counters.ruleActionsSkipped).toBe(1)
      expect(at.instance.counters.repliesPublished).toBe(0)
    }
  )

  it.each(['a/b', 'a+', 'a#'])('where a username like %s would make it another topic', async (username) => {
    const at = await scene({ rules: [rule('a/${username}')] })
    await ask(at, { username })
    await at.watcher.expectNothing()
    expect(at.instance.counters.ruleActionsSkipped).toBe(1)
    expect(at.instance.counters.repliesPublished).toBe(0)
  })

  it.each(['$SYS/a', '$events/client_connected', '$share/g/victim', '$parley/inbox/1'])(
    'to %s',
    async (topic) => {
      const at = await scene({}, allow(['publish', 'subscribe']))
      await ask(at, {}, topic)
      await at.watcher.expectNothing()
      expect(at.instance.drops('reply_topic_invalid')).toBe(1)
    }
  )

  it('in another instance, whatever the topic', async () => {
    const at = await scene({}, allow(['publish', 'subscribe']))
    const neighbour = await at.instance.plane.instance()
    const stranger = await neighbour.connect()
    await stranger.subscribe('#', 1)
    await ask(at, {}, `victim/${neighbour.id}`)
    expect((await at.watcher.receive()).topic).toBe(`victim/${neighbour.id}`)
    await stranger.expectNothing()
  })

  it('where the requester lost the right while the request waited', async () => {
    const own = allow(['publish'], { clientId: 'requester', topic: 'replies/requester' })
    const at = await scene({}, own)
    const requester = await at.instance.connect({ level: 5, clientId: 'requester' })
    await requester.publish('cmd/door', '{}', { qos: 1, properties: { responseTopic: 'replies/requester' } })
    const open = await at.responder.next('publish')
    await at.instance.change({ authorization: true, policies: basis })
    await at.responder.acknowledge(open)
    await at.responder.ping()
    await expectRefused(at)
  })
})

describe('a reply is written', () => {
  const replies = async (at: Scene): Promise<string> => (await at.watcher.receive()).topic

  it('where the requester itself may publish', async () => {
    const at = await scene({}, allow(['publish'], { topic: 'replies/${clientId}' }))
    await ask(at, {}, 'replies/requester')
    expect(await replies(at)).toBe('replies/requester')
  })

  it('where it may subscribe and the responder may publish', async () => {
    const at = await scene(
      {},
      allow(['subscribe'], { clientId: 'requester', topic: 'replies/requester' }),
      allow(['publish'], { clientId: 'responder', topic: 'replies/#' })
    )
    await ask(at, {}, 'replies/requester')
    expect(await replies(at)).toBe('replies/requester')
  })

  it('where the operator says, in a rule of constants, client id and username', async () => {
    const at = await scene({
      rules: [{ actions: { responseTopic: 'replies/${clientId}/${username:-nobody}' } }]
    })
    await ask(at, {})
    expect(await replies(at)).toBe('replies/requester/nobody')
  })

  it('anywhere when rights are not checked, or policies are off', async () => {
    const unchecked = await scene({ autoReply: { checkRights: false } })
    await ask(unchecked, {}, 'victim/alarm')
    expect(await replies(unchecked)).toBe('victim/alarm')
    const off = await scene({ authorization: false })
    await ask(off, {}, 'victim/alarm')
    expect(await replies(off)).toBe('victim/alarm')
  })
})

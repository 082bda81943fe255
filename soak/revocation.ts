// `npm run soak:revocation`: how long a client goes on after the API has taken its right away (soak/README.md).
import { setTimeout as sleep } from 'node:timers/promises'
import type { Instance } from '@parley/contracts'
import { waitUntil } from '@parley/embedded'
import type { CrowdClient } from './support/crowd-client.js'
import { Latencies } from './support/latencies.js'
import { readOptions, run, SoakError } from './support/options.js'
import { atMost, type Figure, milliseconds, report, told } from './support/report.js'
import { letIn, mqttPortOf, Service } from './support/service.js'
import { SoakClient } from './support/soak-client.js'

const p99MsMax = 1_000
/** Who goes on for so long is counted with it. */
const goesOnMsMax = 10_000
/** Instances beside those that are deleted, one each trial, and those whose ports are not given out again yet. */
const sharedInstances = 20
/** The publisher's interval is how exactly the end of a subscription is seen. */
const publishIntervalMs = 5
/** So many messages in a row that the others get: then a subscription is over. */
const missedInARow = 60

/** One client, one right taken away; resolves with the ms from the API's answer until it had effect, below 0: before it. */
type Trial = (number: number) => Promise<number>

await run(async () => {
  const { trials } = readOptions({ trials: 100 })
  console.log(`soak:revocation --trials ${trials}`)
  await Service.use(trials + sharedInstances, async (service) => {
    for (const [kind, trial] of await kinds(service)) report(kind, figuresOf(await repeat(trial, trials)))
  })
})

async function kinds(service: Service): Promise<[string, Trial][]> {
  const withUsers = await service.createInstance({ name: 'users', authentication: { anonymous: false } })
  const withPolicies = await service.createInstance({
    name: 'policies',
    authentication: { anonymous: true },
    authorization: { enabled: true }
  })
  const all = { name: 'all', effect: 'allow', actions: ['connect', 'publish', 'subscribe'], priority: 100 }
  await service.send('POST', `/instances/${withPolicies.id}/policies`, all)
  const open = await service.createInstance({ name: 'open', authentication: { anonymous: true } })
  return [
    ['user disabled', userTrial(service, withUsers, ['PATCH', '', { status: 'disabled' }])],
    ['password reset', userTrial(service, withUsers, ['POST', '/reset-password', {}])],
    ['user removed', userTrial(service, withUsers, ['DELETE', ''])],
    ['policy against connecting', connectPolicyTrial(service, withPolicies)],
    ['policy against a subscription', subscribePolicyTrial(service, withPolicies)],
    ['instance suspended', suspensionTrial(service, open)],
    ['instance deleted', deletionTrial(service)]
  ]
}

async function repeat(trial: Trial, times: number): Promise<number[]> {
  const tookMs: number[] = []
  for (let number = 0; number < times; number++) tookMs.push(await trial(number))
  return tookMs
}

function figuresOf(tookMs: number[]): Figure[] {
  const latencies = new Latencies()
  for (const ms of tookMs) latencies.add(Math.max(0, ms))
  return [
    told('trials', tookMs.length),
    told('  over before the API had answered', tookMs.filter((ms) => ms <= 0).length),
    told('p50', milliseconds(latencies.quantile(0.5))),
    atMost('p99', latencies.quantile(0.99), p99MsMax, milliseconds),
    told('longest', milliseconds(latencies.quantile(1)))
  ]
}

function userTrial(
  service: Service,
  instance: Instance,
  [method, path, body]: [method: string, path: string, body?: object]
): Trial {
  return async (number) => {
    const username = `${method}-${number}`.toLowerCase()
    const password = await service.createUser(instance.id, username)
    const member = { number, port: mqttPortOf(instance), clientId: username, username, password }
    const client = await letIn(member)
    const url = `/instances/${instance.id}/users/${username}${path}`
    return untilClosed(client, () => service.send(method, url, body))
  }
}

function connectPolicyTrial(service: Service, instance: Instance): Trial {
  return async (number) => {
    const clientId = `connects-${number}`
    const client = await letIn({ number, port: mqttPortOf(instance), clientId })
    let remove = async (): Promise<void> => undefined
    const tookMs = await untilClosed(client, async () => {
      remove = await deny(service, instance, 'connect', { clientId })
    })
    await remove()
    return tookMs
  }
}

/** A publisher speaks to two: one loses its subscription, the other shows that there was something to get. */
function subscribePolicyTrial(service: Service, instance: Instance): Trial {
  return async (number) => {
    const port = mqttPortOf(instance)
    const topic = `revoked/${number}`
    let lastMs = 0
    let missed = 0
    const open = { port, level: 4 as const }
    const loser = await SoakClient.connect({
      ...open,
      clientId: `loser-${number}`,
      onPublish: () => {
        lastMs = performance.now()
        missed = 0
      }
    })
    const keeper = await SoakClient.connect({
      ...open,
      clientId: `keeper-${number}`,
      onPublish: () => {
        missed++
      }
    })
    await loser.subscribe(topic, 0)
    await keeper.subscribe(topic, 0)
    const timer = setInterval(() => keeper.publish(topic, Buffer.from('x'), 0), publishIntervalMs)
    if (!(await waitUntil(() => lastMs > 0, goesOnMsMax))) throw new SoakError('A subscription got nothing.')
    const remove = await deny(service, instance, 'subscribe', { clientId: loser.clientId, topic })
    const answeredMs = performance.now()
    while (missed < missedInARow && performance.now() - answeredMs < goesOnMsMax)
      await sleep(publishIntervalMs)
    clearInterval(timer)
    // Closing it instead would be another answer than the one that is measured.
    await loser.ping()
    await Promise.all([loser.destroy(), keeper.destroy(), remove()])
    return lastMs - answeredMs
  }
}

function suspensionTrial(service: Service, instance: Instance): Trial {
  const path = `/instances/${instance.id}`
  return async (number) => {
    const client = await letIn({ number, port: mqttPortOf(instance), clientId: `suspended-${number}` })
    const tookMs = await untilClosed(client, () => service.send('PATCH', path, { status: 'suspended' }))
    await service.send('PATCH', path, { status: 'running' })
    return tookMs
  }
}

function deletionTrial(service: Service): Trial {
  return async (number) => {
    const name = `deleted-${number}`
    const instance = await service.createInstance({ name, authentication: { anonymous: true } })
    const client = await letIn({ number, port: mqttPortOf(instance), clientId: name })
    return untilClosed(client, () => service.send('DELETE', `/instances/${instance.id}`))
  }
}

/** A policy before all others; resolves, with what removes it again, when the API has answered. */
async function deny(
  service: Service,
  instance: Instance,
  action: 'connect' | 'subscribe',
  condition: { clientId: string; topic?: string }
): Promise<() => Promise<void>> {
  const path = `/instances/${instance.id}/policies`
  const policy = { name: `no-${action}`, effect: 'deny', actions: [action], condition, priority: 1 }
  const { id } = await service.send<{ id: string }>('POST', path, policy)
  return async () => {
    await service.send('DELETE', `${path}/${id}`)
  }
}

/** Takes a right away, and resolves with the time from the answer until the server has closed the client. */
async function untilClosed(client: CrowdClient, takeAway: () => Promise<unknown>): Promise<number> {
  if (client.closed) throw new SoakError('A client was closed before its right was taken away.')
  await takeAway()
  const answeredMs = performance.now()
  const timeout = sleep(goesOnMsMax, undefined, { ref: false }).then(() => performance.now())
  const endedMs = await Promise.race([client.ended, timeout])
  client.cut()
  return endedMs - answeredMs
}

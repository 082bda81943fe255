// `npm run soak:reconnect`: thousands of clients with passwords come back at once, after their lines were cut and after
// their node was killed (soak/README.md).
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '@parley/embedded'
import type { LoadResult } from '../bench/mqload.js'
import { untilAccepts } from './support/accepts.js'
import { Crowd, type StormFigures } from './support/crowd.js'
import type { CrowdMember } from './support/crowd-client.js'
import { FullLoad } from './support/full-load.js'
import { readOptions, run } from './support/options.js'
import { makeLogins } from './support/passwords.js'
import {
  atMost,
  count,
  exactly,
  type Figure,
  milliseconds,
  must,
  report,
  seconds,
  told
} from './support/report.js'
import { type FleetInstance, SoakFleet } from './support/soak-fleet.js'
import { SteadyLoad } from './support/steady-load.js'
import type { SteadyFigures } from './support/steady-pairs.js'

const allInMsMax = 20_000
const ratioMax = 3
/** Of the pairs that speak now and then: below this the machine decides, not the node. At full load there is no such floor. */
const steadyP99FloorMs = 5
/** Shorter than the storm beside it: what comes after it would make it look better. */
const fullLoadSeconds = 7
const usPerMs = 1_000
const msPerSecond = 1_000
/** The node writes down which passwords it has verified once a second. */
const cacheWrittenMs = 3_000
/** Until the clients of the killed node are closed here, too. */
const noticedMs = 1_000

await run(async () => {
  const { clients, 'steady-seconds': steadySeconds } = readOptions({ clients: 5_000, 'steady-seconds': 10 })
  console.log(`soak:reconnect --clients ${clients} --steady-seconds ${steadySeconds}`)
  const fullLoad = new FullLoad()
  await SoakFleet.use(async (fleet) => {
    const [crowded, others] = await publishInstances(fleet)
    const { mqttPort } = others
    const crowd = new Crowd(await makeMembers(fleet, crowded, clients))
    const cutAll = () => crowd.cutAndConnect()
    const connectAll = () => crowd.connect()
    const killAndStart = async (): Promise<void> => {
      await fleet.node.kill()
      await sleep(noticedMs)
      await startNode(fleet, [crowded, others])
    }
    try {
      await startNode(fleet, [crowded, others])
      report('let in for the first time', stormFigures(await crowd.connect()))
      await sleep(cacheWrittenMs)
      const steady = await undisturbed(mqttPort, steadySeconds)
      report('steady pairs, undisturbed', steadyFigures(steady))
      const full = await fullLoad.undisturbed(mqttPort, fullLoadSeconds)
      report('pairs at full load, undisturbed', loadFigures(full))

      report('after all lines were cut, beside steady pairs', await besideSteady(mqttPort, cutAll, steady))
      const besideFull = async (storm: () => Promise<StormFigures>): Promise<Figure[]> =>
        fullLoadBounds(...(await fullLoad.beside(mqttPort, fullLoadSeconds, storm)), full)
      report('after all lines were cut, beside pairs at full load', await besideFull(cutAll))
      await killAndStart()
      report(
        'after kill -9 and a start, beside steady pairs',
        await besideSteady(mqttPort, connectAll, steady)
      )
      await killAndStart()
      report('after kill -9 and a start, beside pairs at full load', await besideFull(connectAll))
    } finally {
      crowd.stop()
    }
  })
})

/** The crowd's, with users, and one beside it on the same node. */
async function publishInstances(fleet: SoakFleet): Promise<[crowded: FleetInstance, steady: FleetInstance]> {
  const crowded = { id: 'mqtt-soakcrwd', mqttPort: await freePort(), anonymous: false }
  const steady = { id: 'mqtt-soakstdy', mqttPort: await freePort(), anonymous: true }
  await fleet.publish(crowded)
  await fleet.publish(steady)
  return [crowded, steady]
}

async function startNode(fleet: SoakFleet, instances: FleetInstance[]): Promise<void> {
  await fleet.spawnNode().ready()
  await Promise.all(instances.map(({ mqttPort }) => untilAccepts(mqttPort)))
}

async function makeMembers(
  fleet: SoakFleet,
  { id, mqttPort }: FleetInstance,
  count: number
): Promise<CrowdMember[]> {
  const logins = await makeLogins(count)
  await fleet.writeUsers(id, new Map(logins.map(({ username, user }) => [username, user])))
  return logins.map(({ username, password }, number) => {
    return { number, port: mqttPort, clientId: username, username, password }
  })
}

/** Runs a storm while the steady pairs speak. */
async function besideSteady(
  port: number,
  work: () => Promise<StormFigures>,
  before: SteadyFigures
): Promise<Figure[]> {
  const load = await SteadyLoad.start(port)
  try {
    const storm = await work()
    return steadyBounds(storm, await load.figures(), before)
  } finally {
    load.stop()
  }
}

async function undisturbed(port: number, steadySeconds: number): Promise<SteadyFigures> {
  const load = await SteadyLoad.start(port)
  try {
    await sleep(steadySeconds * 1_000)
    return await load.figures()
  } finally {
    load.stop()
  }
}

function steadyBounds(storm: StormFigures, steady: SteadyFigures, before: SteadyFigures): Figure[] {
  return [
    ...stormFigures(storm),
    atMost('until all were in', storm.tookMs, allInMsMax, seconds),
    ...steadyFigures(steady),
    exactly('pairs: messages lost, twice or out of order', steady.outOfOrder + lost(steady), 0),
    exactly('pairs: connections closed', steady.closed, 0),
    atMost(
      `pairs: p99 (${ratioMax} times the one before, not below ${steadyP99FloorMs} ms)`,
      steady.p99Ms,
      Math.max(before.p99Ms * ratioMax, steadyP99FloorMs),
      milliseconds
    )
  ]
}

function fullLoadBounds(storm: StormFigures, load: LoadResult, before: LoadResult): Figure[] {
  return [
    ...stormFigures(storm),
    atMost('until all were in', storm.tookMs, allInMsMax, seconds),
    ...loadFigures(load),
    must(
      'the pairs were measured during the storm',
      seconds(fullLoadSeconds * msPerSecond),
      storm.tookMs > fullLoadSeconds * msPerSecond
    ),
    exactly('pairs: refused, closed or unmatched', load.errors, 0),
    atMost(
      `pairs: p99 (${ratioMax} times the one before)`,
      load.p99Us / usPerMs,
      (before.p99Us / usPerMs) * ratioMax,
      milliseconds
    )
  ]
}

function loadFigures({ messagesPerS, p50Us, p99Us }: LoadResult): Figure[] {
  return [
    told('pairs: messages/s', count(messagesPerS)),
    told('pairs: p50', milliseconds(p50Us / usPerMs)),
    told('pairs: p99', milliseconds(p99Us / usPerMs))
  ]
}

function lost({ sent, received }: SteadyFigures): number {
  return Math.abs(sent - received)
}

function stormFigures({ clients, closed, tookMs, p50Ms, p99Ms, failures }: StormFigures): Figure[] {
  return [
    told('clients', clients),
    told('all were in after', seconds(tookMs)),
    told('  p50 of the clients', seconds(p50Ms)),
    told('  p99 of the clients', seconds(p99Ms)),
    ...failures.map(([reason, times]) => told(`  attempts repeated: ${reason}`, times)),
    exactly('closed meanwhile', closed, 0)
  ]
}

function steadyFigures({ sent, p50Ms, p99Ms, maxMs }: SteadyFigures): Figure[] {
  return [
    told('pairs: messages sent', sent),
    told('pairs: p50', milliseconds(p50Ms)),
    told('pairs: p99', milliseconds(p99Ms)),
    told('pairs: longest', milliseconds(maxMs))
  ]
}

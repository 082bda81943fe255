// `npm run soak:reconnect`: thousands of clients with passwords come back at once, after their lines were cut and after
// their node was killed (soak/README.md).
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '@parley/embedded'
import { untilAccepts } from './support/accepts.js'
import { Crowd, type StormFigures } from './support/crowd.js'
import type { CrowdMember } from './support/crowd-client.js'
import { readOptions, run } from './support/options.js'
import { makeLogins } from './support/passwords.js'
import { atMost, exactly, type Figure, milliseconds, report, seconds, told } from './support/report.js'
import { type FleetInstance, SoakFleet } from './support/soak-fleet.js'
import { SteadyLoad } from './support/steady-load.js'
import type { SteadyFigures } from './support/steady-pairs.js'

const allInMsMax = 20_000
const ratioMax = 3
/** Below this no p99 counts as worse: at such times the machine decides. */
const p99FloorMs = 5
/** The node writes down which passwords it has verified once a second. */
const cacheWrittenMs = 3_000
/** Until the clients of the killed node are closed here, too. */
const noticedMs = 1_000

interface Measured {
  storm: StormFigures
  steady: SteadyFigures
}

await run(async () => {
  const { clients, 'steady-seconds': steadySeconds } = readOptions({ clients: 5_000, 'steady-seconds': 10 })
  console.log(`soak:reconnect --clients ${clients} --steady-seconds ${steadySeconds}`)
  await SoakFleet.use(async (fleet) => {
    const [crowded, steady] = await publishInstances(fleet)
    const crowd = new Crowd(await makeMembers(fleet, crowded, clients))
    try {
      await startNode(fleet, [crowded, steady])
      report('let in for the first time', stormFigures(await crowd.connect()))
      await sleep(cacheWrittenMs)
      const before = await undisturbed(steady.mqttPort, steadySeconds)
      report('the pairs, undisturbed', steadyFigures(before))
      const cut = await besidePairs(steady.mqttPort, () => crowd.cutAndConnect())
      report('after all lines were cut', boundFigures(cut, before))
      await fleet.node.kill()
      await sleep(noticedMs)
      await startNode(fleet, [crowded, steady])
      const killed = await besidePairs(steady.mqttPort, () => crowd.connect())
      report('after kill -9 and a restart of the node', boundFigures(killed, before))
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

/** Runs `work` while the pairs speak, and tells what they saw meanwhile. */
async function besidePairs(port: number, work: () => Promise<StormFigures>): Promise<Measured> {
  const load = await SteadyLoad.start(port)
  try {
    const storm = await work()
    return { storm, steady: await load.figures() }
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

function boundFigures({ storm, steady }: Measured, before: SteadyFigures): Figure[] {
  return [
    ...stormFigures(storm),
    atMost('until all were in', storm.tookMs, allInMsMax, seconds),
    ...steadyFigures(steady),
    exactly('pairs: messages lost, twice or out of order', steady.outOfOrder + lost(steady), 0),
    exactly('pairs: connections closed', steady.closed, 0),
    atMost(
      `pairs: p99 (${ratioMax} times the one before, not below ${p99FloorMs} ms)`,
      steady.p99Ms,
      Math.max(before.p99Ms * ratioMax, p99FloorMs),
      milliseconds
    )
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

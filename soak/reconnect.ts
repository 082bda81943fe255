// `npm run soak:reconnect`: thousands of clients with passwords come back at once, after their lines were cut and after
// their node was killed (soak/README.md).
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '@parley/embedded'
import { untilAccepts } from './support/accepts.js'
import type { CrowdMember } from './support/crowd-client.js'
import { readOptions, run } from './support/options.js'
import { makeLogins } from './support/passwords.js'
import type { QuietFigures } from './support/quiet-pairs.js'
import { atMost, exactly, type Figure, milliseconds, report, seconds, told } from './support/report.js'
import { type FleetInstance, SoakFleet } from './support/soak-fleet.js'
import { SteadyLoad } from './support/steady-load.js'
import { type Storm, storm } from './support/storm.js'

const allInMsMax = 20_000
const ratioMax = 3
/** Below this no p99 counts as worse: at such times the machine decides. */
const p99FloorMs = 5
/** The node writes down which passwords it has verified once a second. */
const cacheWrittenMs = 3_000
/** Until the node has noticed that its clients are gone: a reconnect, not a takeover, is measured. */
const noticedMs = 1_000

interface Measured {
  storm: Storm
  steady: QuietFigures
}

await run(async () => {
  const { clients, 'steady-seconds': steadySeconds } = readOptions({ clients: 5_000, 'steady-seconds': 10 })
  console.log(`soak:reconnect --clients ${clients} --steady-seconds ${steadySeconds}`)
  await SoakFleet.use(async (fleet) => {
    const [crowd, quiet] = await publishInstances(fleet)
    const members = await makeMembers(fleet, crowd, clients)
    await startNode(fleet, [crowd, quiet])
    const first = await storm(members)
    report('let in for the first time', stormFigures(first))
    await sleep(cacheWrittenMs)
    const before = await steadyFor(quiet, steadySeconds)
    report('the pairs, undisturbed', steadyFigures(before))
    const cut = await afterCut(first, members, quiet)
    report('after all lines were cut', boundFigures(cut, before))
    const killed = await afterKill(fleet, members, [crowd, quiet])
    report('after kill -9 and a restart of the node', boundFigures(killed, before))
    for (const client of killed.storm.clients) client.cut()
  })
})

/** The crowd's, with users, and one beside it on the same node. */
async function publishInstances(fleet: SoakFleet): Promise<[crowd: FleetInstance, quiet: FleetInstance]> {
  const crowd = { id: 'mqtt-soakcrwd', mqttPort: await freePort(), anonymous: false }
  const quiet = { id: 'mqtt-soakquie', mqttPort: await freePort(), anonymous: true }
  await fleet.publish(crowd)
  await fleet.publish(quiet)
  return [crowd, quiet]
}

async function startNode(fleet: SoakFleet, instances: FleetInstance[]): Promise<void> {
  await fleet.spawnNode().ready()
  await Promise.all(instances.map(({ mqttPort }) => untilAccepts(mqttPort)))
}

async function makeMembers(fleet: SoakFleet, crowd: FleetInstance, count: number): Promise<CrowdMember[]> {
  const logins = await makeLogins(count)
  await fleet.writeUsers(crowd.id, new Map(logins.map(({ username, user }) => [username, user])))
  return logins.map(({ username, password }, number) => {
    return { number, port: crowd.mqttPort, clientId: username, username, password }
  })
}

async function steadyFor({ mqttPort }: FleetInstance, steadySeconds: number): Promise<QuietFigures> {
  const load = await SteadyLoad.start(mqttPort)
  await sleep(steadySeconds * 1_000)
  return load.stop()
}

async function afterCut(first: Storm, members: CrowdMember[], quiet: FleetInstance): Promise<Measured> {
  const load = await SteadyLoad.start(quiet.mqttPort)
  for (const client of first.clients) client.cut()
  const again = await storm(members)
  return { storm: again, steady: await load.stop() }
}

/** The pairs connect first, so that all that is measured of them is measured in the storm. */
async function afterKill(
  fleet: SoakFleet,
  members: CrowdMember[],
  instances: [crowd: FleetInstance, quiet: FleetInstance]
): Promise<Measured> {
  await fleet.node.kill()
  await sleep(noticedMs)
  await startNode(fleet, instances)
  const load = await SteadyLoad.start(instances[1].mqttPort)
  const again = await storm(members)
  return { storm: again, steady: await load.stop() }
}

function boundFigures({ storm, steady }: Measured, before: QuietFigures): Figure[] {
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

function lost({ sent, received }: QuietFigures): number {
  return Math.abs(sent - received)
}

function stormFigures({ clients, tookMs, waits, failures }: Storm): Figure[] {
  return [
    told('clients', clients.length),
    told('all were in after', seconds(tookMs)),
    told('  p50 of the clients', seconds(waits.quantile(0.5))),
    told('  p99 of the clients', seconds(waits.quantile(0.99))),
    ...[...failures].map(([reason, times]) => told(`  attempts repeated: ${reason}`, times)),
    exactly('closed meanwhile', clients.filter(({ closed }) => closed).length, 0)
  ]
}

function steadyFigures({ sent, p50Ms, p99Ms, maxMs }: QuietFigures): Figure[] {
  return [
    told('pairs: messages sent', sent),
    told('pairs: p50', milliseconds(p50Ms)),
    told('pairs: p99', milliseconds(p99Ms)),
    told('pairs: longest', milliseconds(maxMs))
  ]
}

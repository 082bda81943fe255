// `npm run soak:reconnect`: thousands of clients with passwords come back at once, after their lines were cut and after
// their node was killed (soak/README.md).
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort } from '@parley/embedded'
import { median } from '../bench/median.js'
import { untilAccepts } from './support/accepts.js'
import { Crowd, type StormFigures } from './support/crowd.js'
import type { CrowdMember } from './support/crowd-client.js'
import { FullLoad } from './support/full-load.js'
import { readOptions, run } from './support/options.js'
import { FullLoadOthers, type Others, type Seen, SteadyOthers } from './support/others.js'
import { makeLogins } from './support/passwords.js'
import { atMost, exactly, type Figure, milliseconds, report, seconds, told } from './support/report.js'
import { type FleetInstance, SoakFleet } from './support/soak-fleet.js'

const allInMsMax = 20_000
const ratioMax = 3
/** The node writes down which passwords it has verified once a second, and who was seen every five: before a round it has done both. */
const settledMs = 6_000
/** Until the clients of the killed node are closed here, too. */
const noticedMs = 1_000

/** The p99 of the others in each round, in ms. */
interface P99s {
  undisturbed: number[]
  afterCut: number[]
  afterKill: number[]
}

await run(async () => {
  const options = readOptions({ clients: 5_000, rounds: 3, 'steady-seconds': 10 })
  const { clients, rounds, 'steady-seconds': steadySeconds } = options
  console.log(`soak:reconnect --clients ${clients} --rounds ${rounds} --steady-seconds ${steadySeconds}`)
  const fullLoad = new FullLoad()
  await SoakFleet.use(async (fleet) => {
    const instances = await publishInstances(fleet)
    const [crowded, { mqttPort }] = instances
    const others = [new FullLoadOthers(fullLoad, mqttPort), new SteadyOthers(mqttPort, steadySeconds)]
    const crowd = new Crowd(await makeMembers(fleet, crowded, clients))
    const killAndStart = async (): Promise<void> => {
      await fleet.node.kill()
      await sleep(noticedMs)
      await startNode(fleet, instances)
    }
    try {
      await startNode(fleet, instances)
      report('let in for the first time', stormFigures(await crowd.connect()))
      for (const some of others) await storms(crowd, some, killAndStart, rounds)
    } finally {
      crowd.stop()
    }
  })
})

/** In turn undisturbed, after a cut and after a kill, so that all meet the same machine. Each storm is held to what came before it. */
async function storms(
  crowd: Crowd,
  others: Others,
  killAndStart: () => Promise<void>,
  rounds: number
): Promise<void> {
  const p99s: P99s = { undisturbed: [], afterCut: [], afterKill: [] }
  for (let round = 1; round <= rounds; round++) {
    const of = `${others.name}, round ${round} of ${rounds}`
    await sleep(settledMs)
    const before = await others.undisturbed()
    report(`undisturbed: ${of}`, before.figures)
    const cut = await others.beside(() => crowd.cutAndConnect())
    report(`after all lines were cut: ${of}`, stormBounds(cut, before, others.p99FloorMs))
    await killAndStart()
    const killed = await others.beside(() => crowd.connect())
    report(`after kill -9 and a start: ${of}`, stormBounds(killed, before, others.p99FloorMs))
    p99s.undisturbed.push(before.p99Ms)
    p99s.afterCut.push(cut[1].p99Ms)
    p99s.afterKill.push(killed[1].p99Ms)
  }
  report(`p99 of ${others.name}, median of ${rounds} rounds`, medians(p99s))
}

function stormBounds([storm, seen]: [StormFigures, Seen], before: Seen, floorMs: number): Figure[] {
  const bound = floorMs ? `${ratioMax} times, not below ${milliseconds(floorMs)}` : `${ratioMax} times`
  return [
    ...stormFigures(storm),
    atMost('until all were in', storm.tookMs, allInMsMax, seconds),
    ...seen.figures,
    atMost(`pairs: p99 (${bound})`, seen.p99Ms, Math.max(before.p99Ms * ratioMax, floorMs), milliseconds)
  ]
}

function medians({ undisturbed, afterCut, afterKill }: P99s): Figure[] {
  return [
    told('undisturbed', milliseconds(median(undisturbed))),
    told('after all lines were cut', milliseconds(median(afterCut))),
    told('after kill -9 and a start', milliseconds(median(afterKill)))
  ]
}

/** The crowd's, with users, and one beside it on the same node. */
async function publishInstances(fleet: SoakFleet): Promise<[crowded: FleetInstance, others: FleetInstance]> {
  const crowded = { id: 'mqtt-soakcrwd', mqttPort: await freePort(), anonymous: false }
  const others = { id: 'mqtt-soakothr', mqttPort: await freePort(), anonymous: true }
  await fleet.publish(crowded)
  await fleet.publish(others)
  return [crowded, others]
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

// `npm run soak:instances`: thousands of instances on one node, idle, with clients, and after a restart (soak/README.md).
import { setTimeout as sleep } from 'node:timers/promises'
import { freePortRange } from '@parley/testkit'
import { untilAccepts } from './support/accepts.js'
import { CrowdClient, type CrowdMember } from './support/crowd-client.js'
import { readOptions, run } from './support/options.js'
import {
  atMost,
  exactly,
  type Figure,
  kibibytes,
  mebibytes,
  milliseconds,
  report,
  seconds,
  told
} from './support/report.js'
import { type FleetInstance, SoakFleet } from './support/soak-fleet.js'
import type { NodeFigures } from './support/soak-node.js'

/** Below 50 KB. */
const idleInstanceBytesMax = 49_999
/** Snapshots that are published, or clients that connect, at a time: a bounded rate that a backlog holds. */
const atOnce = 50
/** Looks at the memory of a node, of which the smallest counts: V8 gives pages of garbage back after a while. */
const looksAtRest = 6
const betweenLooksMs = 1_000

/** How a node came up: when the first and the last instance accepted connections, from its start. */
interface StartUp {
  firstMs: number
  lastMs: number
}

await run(async () => {
  const { instances: count, clients: clientsEach } = readOptions({ instances: 2_000, clients: 5 })
  console.log(`soak:instances --instances ${count} --clients ${clientsEach}`)
  const empty = await memoryOfEmptyNode()
  await SoakFleet.use(async (fleet) => {
    const instances = await publishInstances(fleet, count)
    const first = await startUp(fleet, instances)
    const idle = await atRest(fleet)
    const connected = await connectAll(membersOf(instances, clientsEach))
    const withClients = await atRest(fleet)
    const stillOpen = connected.clients.filter(({ closed }) => !closed).length
    await fleet.node.stop()
    const second = await startUp(fleet, instances)
    const restarted = await atRest(fleet)
    const back = await connectAll(membersOf(instances, clientsEach))
    const withClientsAgain = await atRest(fleet)
    const clients = count * clientsEach
    report('instances', [
      told('instances', count),
      ...startUpFigures(first),
      ...memoryFigures('without instances', empty),
      ...memoryFigures('idle', idle),
      ...perInstance(empty, idle, count),
      told('time to connect all clients', seconds(connected.tookMs)),
      exactly('clients connected', stillOpen, clients),
      ...memoryFigures('with all clients', withClients),
      told('  for each client', kibibytes((larger(withClients) - larger(idle)) / clients))
    ])
    report('after a restart with persistent sessions', [
      ...startUpFigures(second),
      ...memoryFigures('without clients', restarted),
      told('time to connect all clients', seconds(back.tookMs)),
      exactly(
        'sessions found again',
        back.clients.filter(({ sessionPresent }) => sessionPresent).length,
        clients
      ),
      ...memoryFigures('with all clients', withClientsAgain)
    ])
    for (const client of back.clients) client.cut()
  })
})

/** What a node costs that serves nobody. */
async function memoryOfEmptyNode(): Promise<NodeFigures> {
  let figures: NodeFigures | undefined
  await SoakFleet.use(async (fleet) => {
    await fleet.spawnNode().ready()
    figures = await atRest(fleet)
  })
  return figures!
}

async function publishInstances(fleet: SoakFleet, count: number): Promise<FleetInstance[]> {
  const firstPort = await freePortRange(count)
  const instances = Array.from({ length: count }, (_, number) => {
    const id = `mqtt-${number.toString(36).padStart(8, '0')}`
    return { id, mqttPort: firstPort + number, anonymous: true }
  })
  await eachAtOnce(instances, (instance) => fleet.publish(instance))
  return instances
}

async function startUp(fleet: SoakFleet, instances: FleetInstance[]): Promise<StartUp> {
  const startedAt = performance.now()
  await fleet.spawnNode().ready()
  let firstMs = Number.POSITIVE_INFINITY
  await eachAtOnce(instances, async ({ mqttPort }) => {
    await untilAccepts(mqttPort)
    firstMs = Math.min(firstMs, performance.now() - startedAt)
  })
  return { firstMs, lastMs: performance.now() - startedAt }
}

function membersOf(instances: FleetInstance[], clientsEach: number): CrowdMember[] {
  return instances.flatMap(({ mqttPort }) =>
    Array.from({ length: clientsEach }, (_, number) => {
      const clientId = `device-${number}`
      return { number, port: mqttPort, clientId, subscribesTo: `devices/${clientId}/commands` }
    })
  )
}

async function connectAll(members: CrowdMember[]): Promise<{ clients: CrowdClient[]; tookMs: number }> {
  const startedAt = performance.now()
  const clients: CrowdClient[] = []
  await eachAtOnce(members, async (member) => {
    clients.push(await CrowdClient.connect(member))
  })
  return { clients, tookMs: performance.now() - startedAt }
}

async function atRest({ node }: SoakFleet): Promise<NodeFigures> {
  let smallest = await node.figures()
  for (let looks = 1; looks < looksAtRest; looks++) {
    await sleep(betweenLooksMs)
    const figures = await node.figures()
    if (larger(figures) < larger(smallest)) smallest = figures
  }
  return smallest
}

async function eachAtOnce<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < items.length; at += atOnce) {
    await Promise.all(items.slice(at, at + atOnce).map(work))
  }
}

function startUpFigures({ firstMs, lastMs }: StartUp): Figure[] {
  return [
    told('start until the first accepts', milliseconds(firstMs)),
    told('start until the last accepts', milliseconds(lastMs))
  ]
}

function memoryFigures(when: string, { memory }: NodeFigures): Figure[] {
  const { rss, heapUsed, external } = memory
  return [
    told(
      `memory ${when}`,
      `RSS ${mebibytes(rss)}, heap used ${mebibytes(heapUsed)}, external ${mebibytes(external)}`
    )
  ]
}

function perInstance(empty: NodeFigures, idle: NodeFigures, count: number): Figure[] {
  const resident = (idle.memory.rss - empty.memory.rss) / count
  const heap = (bytesHeld(idle) - bytesHeld(empty)) / count
  return [
    atMost('an idle instance, of RSS', resident, idleInstanceBytesMax, kibibytes),
    atMost('an idle instance, of the heap and beside it', heap, idleInstanceBytesMax, kibibytes)
  ]
}

function bytesHeld({ memory }: NodeFigures): number {
  return memory.heapUsed + memory.external
}

function larger(figures: NodeFigures): number {
  return Math.max(figures.memory.rss, bytesHeld(figures))
}

// `npm run soak:idle`: what an idle MQTT connection costs in the memory of a node (soak/README.md).
import { readOptions, run } from './support/options.js'
import {
  atMost,
  exactly,
  type Figure,
  kibibytes,
  mebibytes,
  report,
  seconds,
  told
} from './support/report.js'
import { SoakClient } from './support/soak-client.js'
import { type NodeFigures, SoakNode } from './support/soak-node.js'
import { sourceAddress } from './support/source-addresses.js'

/** How many clients connect, or subscribe, at a time: a bounded rate that the backlog of the node holds. */
const atOnce = 50
/** So many connections before the baseline: what the first ones make for all is not theirs. */
const warmUpConnections = 50
const bytesPerConnectionMax = 12_288
const connectionsMax = 20_000

await run(async () => {
  const options = readOptions({ connections: 10_000, 'heap-snapshot': '' })
  const { connections, 'heap-snapshot': heapSnapshotFile } = options
  console.log(`soak:idle --connections ${connections}`)
  await SoakNode.use({ connectionsMax }, async (node) => {
    await warmUp(node)
    const baseline = await node.settledFigures()
    const startedAt = performance.now()
    const clients = await openAll(node, connections)
    const connectMs = performance.now() - startedAt
    const connected = await node.settledFigures()
    await eachAtOnce(clients, (client) => client.subscribe(`devices/${client.clientId}/commands`, 1))
    const subscribed = await node.settledFigures()
    if (heapSnapshotFile) await node.writeHeapSnapshot(heapSnapshotFile)
    const alive = clients.filter(({ closed }) => !closed).length
    report('idle', [
      told('connections', connections),
      told('time to connect all', seconds(connectMs)),
      exactly('still connected at the end', alive, connections),
      ...memoryOf('baseline', baseline),
      ...memoryOf('connected', connected),
      ...memoryOf('with a subscription each', subscribed),
      perConnection('a connection', baseline, connected, connections),
      perConnection('a connection with a subscription', baseline, subscribed, connections),
      told(
        '  of it on the heap and beside it',
        kibibytes((bytesHeld(subscribed) - bytesHeld(baseline)) / connections)
      )
    ])
    await eachAtOnce(clients, (client) => client.destroy())
  })
})

async function warmUp(node: SoakNode): Promise<void> {
  const clients = await openAll(node, warmUpConnections)
  await eachAtOnce(clients, (client) => client.subscribe(`warm/${client.clientId}`, 1))
  await eachAtOnce(clients, (client) => client.destroy())
}

async function openAll(node: SoakNode, connections: number): Promise<SoakClient[]> {
  const numbers = Array.from({ length: connections }, (_, number) => number)
  const clients: SoakClient[] = []
  await eachAtOnce(numbers, async (number) => {
    const destination = { port: node.mqttPort, localAddress: sourceAddress(number) }
    const level = number % 2 === 0 ? 4 : 5
    clients.push(await SoakClient.connect({ ...destination, level, clientId: `device-${number}` }))
  })
  return clients
}

async function eachAtOnce<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < items.length; at += atOnce) {
    await Promise.all(items.slice(at, at + atOnce).map(work))
  }
}

function memoryOf(when: string, { memory }: NodeFigures): Figure[] {
  const { rss, heapUsed, external } = memory
  return [
    told(when, `RSS ${mebibytes(rss)}, heap used ${mebibytes(heapUsed)}, external ${mebibytes(external)}`)
  ]
}

/** By the pages of the process, or by what its heap holds: the larger, because free pages of the baseline are filled first. */
function perConnection(name: string, before: NodeFigures, after: NodeFigures, connections: number): Figure {
  const resident = after.memory.rss - before.memory.rss
  const bytes = Math.max(resident, bytesHeld(after) - bytesHeld(before)) / connections
  return atMost(`memory of ${name}`, bytes, bytesPerConnectionMax, kibibytes)
}

function bytesHeld({ memory }: NodeFigures): number {
  return memory.heapUsed + memory.external
}

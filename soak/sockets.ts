// `npm run soak:sockets`: broken packets over many connections to a node, and clients beside it (soak/README.md).
import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { waitUntil } from '@parley/embedded'
import {
  type FuzzTotals,
  fuzzConnection,
  newTotals,
  openTcpStream,
  openWebSocketStream,
  Random
} from '@parley/testkit/fuzz'
import { freshSeed, readOptions, run, SoakError } from './support/options.js'
import type { QuietFigures } from './support/quiet-pairs.js'
import {
  atMost,
  exactly,
  type Figure,
  mebibytes,
  milliseconds,
  must,
  report,
  seconds,
  told
} from './support/report.js'
import { SoakClient } from './support/soak-client.js'
import { type NodeFigures, SoakNode } from './support/soak-node.js'
import { sourceAddress } from './support/source-addresses.js'

/** A run that takes longer is ended, and has failed. */
const runMsMax = 30 * 60_000
/** Connections at a time. */
const lanes = 60
const webSocketOneIn = 5
/** The share of the packets after which the process is as large as such load makes it. */
const warmUpShare = 0.2
/** A session that its client left ends after that many seconds, so that what is left at the end is nothing. */
const sessionExpiryMaxS = 2
const settleMsMax = 30_000
const heapGrowthBytesMax = 8 * 1_048_576
const rssGrowthBytesMax = 32 * 1_048_576
/** Until the node has noticed that a client is gone. */
const noticedMs = 500
const leftOpenShownMax = 5

interface Outcome {
  totals: FuzzTotals
  tookMs: number
  pid: number
  before: NodeFigures
  after: NodeFigures
  filesBefore: number | undefined
  filesAfter: number | undefined
  retainedCleared: number
  quiet: QuietFigures
}

await run(async () => {
  const { packets, seed } = readOptions({ packets: 300_000, seed: freshSeed() })
  console.log(`soak:sockets --packets ${packets} --seed ${seed}`)
  await SoakNode.use({ sessionExpiryMaxS }, async (node) => {
    const outcome = await attack(node, packets, new Random(seed))
    for (const left of outcome.totals.leftOpen.slice(0, leftOpenShownMax)) console.error(`left open: ${left}`)
    for (const line of node.errorLines().slice(0, leftOpenShownMax)) console.error(line)
    report('sockets', figuresOf(node, outcome))
  })
})

async function attack(node: SoakNode, packets: number, random: Random): Promise<Outcome> {
  const pid = node.pid
  const quiet = await startQuietPairs(node.mqttPort)
  const totals = newTotals()
  const startedAt = performance.now()
  await sendPackets(node, packets * warmUpShare, random, totals)
  await settled(node, undefined)
  const retainedAtFirst = await clearRetained(node)
  const before = await node.settledFigures()
  const filesBefore = node.openFiles()
  await sendPackets(node, packets, random, totals)
  const tookMs = performance.now() - startedAt
  await settled(node, filesBefore)
  const retainedCleared = retainedAtFirst + (await clearRetained(node))
  const after = await node.settledFigures()
  const filesAfter = node.openFiles()
  return {
    totals,
    tookMs,
    pid,
    before,
    after,
    filesBefore,
    filesAfter,
    retainedCleared,
    quiet: await stopQuietPairs(quiet)
  }
}

/** Until so many mutated packets have been sent in all. */
async function sendPackets(
  node: SoakNode,
  packets: number,
  random: Random,
  totals: FuzzTotals
): Promise<void> {
  const deadline = performance.now() + runMsMax
  const lane = async (): Promise<void> => {
    while (totals.mutated < packets && node.running) {
      if (performance.now() > deadline) throw new SoakError(`Not done within ${seconds(runMsMax)}.`)
      await fuzzConnection(await openStream(node, random, totals), random, totals, node.packetBytesMax)
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
}

async function openStream(node: SoakNode, random: Random, totals: FuzzTotals) {
  const localAddress = sourceAddress(totals.connections)
  if (!random.oneIn(webSocketOneIn)) return openTcpStream({ port: node.mqttPort, localAddress })
  totals.webSockets++
  return openWebSocketStream({ port: node.edgePort, localAddress }, `/${node.instanceId}/mqtt`, random)
}

/** Waits until the connections that were left are gone, and the sessions and delayed wills behind them. */
async function settled(node: SoakNode, files: number | undefined): Promise<void> {
  await sleep((sessionExpiryMaxS + 2) * 1_000)
  if (files !== undefined) await waitUntil(() => node.openFiles()! <= files, settleMsMax)
}

/** Takes back, as a client would, the retained messages that the broken clients left: nothing else bounds them. */
async function clearRetained(node: SoakNode): Promise<number> {
  let cleared = 0
  // They come as fast as the sweeper takes them: until a look finds none.
  for (let found = 1; found > 0; cleared += found) found = await sweep(node)
  await sleep(noticedMs)
  return cleared
}

async function sweep(node: SoakNode): Promise<number> {
  const topics = new Set<string>()
  const sweeper = await SoakClient.connect({
    port: node.mqttPort,
    level: 4,
    clientId: 'sweeper',
    onPublish: ({ topic, retain }) => {
      if (retain) topics.add(topic)
    }
  })
  await sweeper.subscribe('#', 0)
  await sweeper.ping()
  for (const topic of topics) sweeper.publish(topic, Buffer.alloc(0), 0, true)
  await sweeper.ping()
  await sweeper.destroy()
  return topics.size
}

async function startQuietPairs(port: number): Promise<ChildProcess> {
  const script = join(import.meta.dirname, 'support/quiet-pairs.ts')
  const child = fork(script, [String(port)])
  await new Promise<void>((resolve, reject) => {
    child.once('message', () => resolve())
    child.once('exit', () => reject(new SoakError('The undisturbed clients did not start.')))
  })
  return child
}

function stopQuietPairs(child: ChildProcess): Promise<QuietFigures> {
  return new Promise((resolve, reject) => {
    child.once('message', ({ figures }: { figures: QuietFigures }) => resolve(figures))
    child.once('exit', () =>
      reject(new SoakError('The undisturbed clients ended before they told anything.'))
    )
    child.send('stop')
  })
}

function figuresOf(node: SoakNode, outcome: Outcome): Figure[] {
  const { totals, tookMs, before, after, filesBefore, filesAfter, quiet } = outcome
  const [heapBefore, heapAfter] = [before, after].map(({ memory }) => memory.heapUsed + memory.external)
  return [
    told('mutated packets', totals.mutated),
    told('valid packets between them', totals.valid),
    told('connections', totals.connections),
    told('  over WebSocket', totals.webSockets),
    told('  with a violation', totals.violations),
    told('time', seconds(tookMs)),
    told('mutated packets/s', (totals.mutated / tookMs) * 1_000),
    exactly('not closed after a violation or goodbye', totals.leftOpen.length, 0),
    must(
      'the node is the process that was started',
      String(node.pid),
      node.running && node.pid === outcome.pid
    ),
    exactly('lines of level error', node.errorLines().length, 0),
    exactly('packet handlers that failed', after.drops.internal_error ?? 0, 0),
    told('retained messages taken back', outcome.retainedCleared),
    told('RSS after the warm-up', mebibytes(before.memory.rss)),
    told('RSS at the end', mebibytes(after.memory.rss)),
    atMost('RSS growth', after.memory.rss - before.memory.rss, rssGrowthBytesMax, mebibytes),
    atMost('heap and external growth', heapAfter! - heapBefore!, heapGrowthBytesMax, mebibytes),
    filesBefore === undefined || filesAfter === undefined
      ? told('open files', 'not told by this system')
      : atMost('open files', filesAfter, filesBefore),
    told('undisturbed: sent', quiet.sent),
    exactly('undisturbed: received', quiet.received, quiet.sent),
    exactly('undisturbed: acknowledged', quiet.acknowledged, quiet.sent),
    exactly('undisturbed: out of order, twice or missing', quiet.outOfOrder, 0),
    exactly('undisturbed: connections closed', quiet.closed, 0),
    told('undisturbed: p50', milliseconds(quiet.p50Ms)),
    told('undisturbed: p99', milliseconds(quiet.p99Ms)),
    told('undisturbed: longest', milliseconds(quiet.maxMs))
  ]
}

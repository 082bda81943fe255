import { type InstanceCounters, isNewer, type NodeRollout, type Version } from '@parley/contracts'
import type { Redis } from 'ioredis'
import { leaseMs } from './applied-report.js'
import { keys } from './keys.js'
import { parseVersion } from './notice.js'
import { liveNodes } from './scripts.js'
import { eachAtOnce } from './stored-snapshots.js'

// What the nodes say of each instance about once a second. A key per node and instance, which ends by itself: a node that is
// gone leaves nothing behind, whatever its name was.

/** What one node counts of an instance since its process started; `connections` is how many there are now. */
export type LiveFigures = Omit<InstanceCounters, 'deadLetters'>

const names: readonly (keyof LiveFigures)[] = [
  'connections',
  'messagesIn',
  'messagesOut',
  'requests',
  'replies',
  'retries',
  'drops'
]

/** What a node runs of an instance, and what it counted. */
export interface NodeLive extends NodeRollout {
  /** Another one after each start of the node: its counters begin at 0 again. */
  run: string
  figures: LiveFigures
}

export function noFigures(): LiveFigures {
  return Object.fromEntries(names.map((name) => [name, 0])) as unknown as LiveFigures
}

export function sameFigures(a: LiveFigures, b: LiveFigures): boolean {
  for (const name of names) if (a[name] !== b[name]) return false
  return true
}

/** Adds `more` to `sum`. */
export function addFigures(sum: LiveFigures, more: LiveFigures): void {
  for (const name of names) sum[name] += more[name]
}

/** Writes what a node counted, in one go. Each lives as long as a lease, unless it is written again. */
export async function writeLiveFigures(
  redis: Redis,
  node: string,
  run: string,
  instances: ReadonlyMap<string, LiveFigures>
): Promise<void> {
  if (instances.size === 0) return
  const pipeline = redis.pipeline()
  for (const [instanceId, figures] of instances) {
    pipeline.set(keys.live(instanceId, node), JSON.stringify({ run, ...figures }), 'PX', leaseMs)
  }
  for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error
}

/** What every live node says of these instances, by the names of the nodes. `wanted`: the version that each should run. */
export async function readLive(
  redis: Redis,
  wanted: ReadonlyMap<string, Version>
): Promise<Map<string, NodeLive[]>> {
  const nodes = ((await redis.eval(liveNodes, 1, keys.nodes)) as string[]).sort()
  const instanceIds = [...wanted.keys()]
  const live = new Map<string, NodeLive[]>(instanceIds.map((id) => [id, []]))
  if (nodes.length === 0 || instanceIds.length === 0) return live
  const applied = await Promise.all(nodes.map((node) => redis.hmget(keys.applied(node), ...instanceIds)))
  await eachAtOnce([...instanceIds.entries()], async ([at, instanceId]) => {
    const texts = await redis.mget(nodes.map((node) => keys.live(instanceId, node)))
    const told = nodes.map((node, n) =>
      nodeLive(node, wanted.get(instanceId)!, applied[n]?.[at], texts[n] ?? null)
    )
    live.set(instanceId, told)
  })
  return live
}

function nodeLive(
  node: string,
  wanted: Version,
  applied: string | null | undefined,
  text: string | null
): NodeLive {
  const version = parseVersion(applied)
  const { run, figures } = parse(text)
  return {
    node,
    revision: version?.revision ?? null,
    current: version !== undefined && !isNewer(wanted, version),
    connections: figures.connections,
    run,
    figures
  }
}

/** A node that wrote nothing has nothing to tell; a figure that it does not know yet is 0. */
function parse(text: string | null): Pick<NodeLive, 'run' | 'figures'> {
  const told = (text === null ? {} : JSON.parse(text)) as Record<string, unknown>
  const figures = noFigures()
  for (const name of names) {
    const value = told[name]
    if (Number.isSafeInteger(value)) figures[name] = value as number
  }
  return { run: typeof told.run === 'string' ? told.run : '', figures }
}

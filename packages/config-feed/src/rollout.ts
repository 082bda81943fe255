import { isNewer, type Rollout, type Version } from '@parley/contracts'
import type { Redis } from 'ioredis'
import { keys } from './keys.js'
import { parseVersion } from './notice.js'
import { liveNodes } from './scripts.js'

/** On how many live nodes each of these instances really runs the version that is asked for, or a newer one. */
export async function readRollouts(
  redis: Redis,
  wanted: ReadonlyMap<string, Version>
): Promise<Map<string, Rollout>> {
  const nodes = (await redis.eval(liveNodes, 1, keys.nodes)) as string[]
  const rollouts = new Map<string, Rollout>()
  for (const instanceId of wanted.keys()) rollouts.set(instanceId, { nodes: nodes.length, applied: 0 })
  if (wanted.size === 0) return rollouts
  await Promise.all(nodes.map((node) => countApplied(redis, node, wanted, rollouts)))
  return rollouts
}

/** `readRollouts` for one instance. */
export async function readRollout(redis: Redis, instanceId: string, version: Version): Promise<Rollout> {
  const rollouts = await readRollouts(redis, new Map([[instanceId, version]]))
  return rollouts.get(instanceId) ?? { nodes: 0, applied: 0 }
}

async function countApplied(
  redis: Redis,
  node: string,
  wanted: ReadonlyMap<string, Version>,
  rollouts: Map<string, Rollout>
): Promise<void> {
  const instanceIds = [...wanted.keys()]
  const reported = await redis.hmget(keys.applied(node), ...instanceIds)
  instanceIds.forEach((instanceId, index) => {
    const applied = parseVersion(reported[index])
    const rollout = rollouts.get(instanceId)
    const version = wanted.get(instanceId)
    if (applied && rollout && version && !isNewer(version, applied)) rollout.applied += 1
  })
}

/** Whether a node holds a lease: it runs, or died less than a lease ago. */
export async function isNodeLive(redis: Redis, nodeName: string): Promise<boolean> {
  const nodes = (await redis.eval(liveNodes, 1, keys.nodes)) as string[]
  return nodes.includes(nodeName)
}

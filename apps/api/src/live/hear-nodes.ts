import { addFigures, type NodeLive, noFigures, readLive } from '@parley/config-feed'
import type { InstanceCounters, Version } from '@parley/contracts'
import { countDeadLetters } from '@parley/jobs'
import type { Redis } from 'ioredis'
import { hear } from '../hear.js'

/** What Redis holds of an instance: what each live node says, and how many replies were given up. */
export interface Heard {
  nodes: NodeLive[]
  deadLetters: number
}

/** Undefined while Redis is away, hangs or refuses. `wanted`: the version that the nodes should run, by instance. */
export function hearNodes(
  redis: Redis,
  wanted: ReadonlyMap<string, Version>
): Promise<Map<string, Heard> | undefined> {
  return hear<Map<string, Heard> | undefined>(redis, () => read(redis, wanted), undefined)
}

async function read(redis: Redis, wanted: ReadonlyMap<string, Version>): Promise<Map<string, Heard>> {
  const ids = [...wanted.keys()]
  const [live, deadLetters] = await Promise.all([
    readLive(redis, wanted),
    Promise.all(ids.map((id) => countDeadLetters(redis, id)))
  ])
  return new Map(ids.map((id, i) => [id, { nodes: live.get(id) ?? [], deadLetters: deadLetters[i]! }]))
}

/** What all live nodes counted together, each since it started. */
export function sumOf({ nodes, deadLetters }: Heard): InstanceCounters {
  const sum = noFigures()
  for (const { figures } of nodes) addFigures(sum, figures)
  return { ...sum, deadLetters }
}

import { readStoredSnapshot } from '@parley/config-feed'
import type { InstanceSnapshot } from '@parley/contracts'
import type { Redis } from 'ioredis'

/** What Redis holds of an instance; undefined when it holds nothing. */
export async function storedSnapshot(redis: Redis, id: string): Promise<InstanceSnapshot | undefined> {
  const reading = await readStoredSnapshot(redis, id)
  if (reading && 'problem' in reading) throw new Error(`the snapshot of ${id} ${reading.problem}`)
  return reading?.snapshot
}

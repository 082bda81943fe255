import type { Redis } from 'ioredis'
import { SessionKeys } from './keys.js'

/** Whether an instance has sessions or wills in Redis that somebody must look after, also without a client. */
export async function isAnythingKept(redis: Redis, instanceId: string): Promise<boolean> {
  const { sessions, wills } = new SessionKeys(instanceId)
  return (await redis.exists(sessions, wills)) > 0
}

/** Removes what a deleted instance left. */
export async function forgetInstance(redis: Redis, instanceId: string): Promise<void> {
  const keys = new SessionKeys(instanceId)
  for (const clientId of await redis.smembers(keys.sessions)) await redis.unlink(...keys.ofSession(clientId))
  await redis.unlink(keys.sessions, keys.schedule, keys.wills, keys.retained, keys.queuedBytes)
}

import type { Redis } from 'ioredis'
import type { Message } from '../../broker/message.js'
import { Session } from '../../session/session.js'
import { expiresAt } from '../memory-session-store.js'
import type { KeptWill } from '../session-store.js'
import { type SessionKeys, sessionMember, willMember } from './keys.js'
import { decodeMessage, decodeSubscription, decodeWill } from './records.js'

/** A session that an earlier process left, without its queue. */
export interface StoredSession {
  session: Session
  /** It was connected when its node died: its expiry runs from now. */
  wasConnected: boolean
}

/** What an instance has in Redis. */
export interface StoredInstance {
  sessions: StoredSession[]
  /** Retained messages, oldest first. */
  retained: Message[]
  wills: KeptWill[]
}

export async function readStored(redis: Redis, keys: SessionKeys): Promise<StoredInstance> {
  const [clientIds, retained, wills] = await Promise.all([
    redis.smembers(keys.sessions),
    redis.hgetallBuffer(keys.retained),
    redis.hgetall(keys.wills)
  ])
  const nowMs = Date.now()
  const willEntries = Object.entries(wills)
  const dueTimes = await Promise.all(
    willEntries.map(([clientId]) => redis.zscore(keys.schedule, willMember(clientId)))
  )
  const read = await Promise.all(clientIds.map((clientId) => readSession(redis, keys, clientId, nowMs)))
  return {
    sessions: read.filter((stored) => stored !== undefined),
    // Ids are ordered by time and, within a millisecond, by receipt.
    retained: Object.values(retained)
      .map(decodeMessage)
      .sort((one, other) => (one.id < other.id ? -1 : 1)),
    wills: willEntries.map(([clientId, text], i) => {
      const dueAt = dueTimes[i]!
      return { clientId, will: decodeWill(text), dueAtMs: dueAt === null ? null : dueMs(dueAt) }
    })
  }
}

async function readSession(
  redis: Redis,
  keys: SessionKeys,
  clientId: string,
  nowMs: number
): Promise<StoredSession | undefined> {
  const [[owner, epoch, expiry], subscriptions, dueAt] = await Promise.all([
    redis.hmget(keys.session(clientId), 'owner', 'epoch', 'expiry'),
    redis.hgetall(keys.subscriptions(clientId)),
    redis.zscore(keys.schedule, sessionMember(clientId))
  ])
  if (!owner || !epoch) return undefined
  const session = new Session(clientId)
  session.expiryS = Number(expiry)
  session.stored = { owner, epoch }
  session.loaded = false
  for (const [topicFilter, options] of Object.entries(subscriptions)) {
    session.putSubscription(decodeSubscription(topicFilter, options))
  }
  session.expiresAtMs = dueAt === null ? expiresAt(session, nowMs) : dueMs(dueAt)
  return { session, wasConnected: dueAt === null }
}

function dueMs(score: string): number {
  return score === 'inf' ? Number.POSITIVE_INFINITY : Number(score)
}

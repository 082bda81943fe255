import type { Redis } from 'ioredis'
import type { Delivery } from '../../session/delivery.js'
import type { Session } from '../../session/session.js'
import type { SessionKeys } from './keys.js'
import { decodeStored, type StoredDelivery } from './records.js'

const packetIds = 65_535

/** The packet id of a copy needs no writing down: it follows from its number. */
export function packetIdOf(seq: number): number {
  return ((seq - 1) % packetIds) + 1
}

/**
 * Reads what waits and what is inflight of a session. `goesOn`: it is worked on in memory from the same turn on, so that no copy falls
 * between what is found here and what the store brings.
 */
export async function loadQueue(
  redis: Redis,
  keys: SessionKeys,
  session: Session,
  goesOn: boolean
): Promise<void> {
  const { clientId } = session
  session.dropCopies()
  const arrived: Delivery[] = []
  session.arrived = arrived
  const [sentText, copies, received] = await Promise.all([
    redis.hget(keys.session(clientId), 'sent'),
    redis.hgetallBuffer(keys.queue(clientId)),
    redis.smembers(keys.received(clientId))
  ]).catch((error: unknown) => {
    session.arrived = null
    throw error
  })
  session.arrived = null
  // What is acknowledged and not cleared yet is being answered: sent again, it would be answered again.
  const open = Object.entries(copies).filter(([name]) => !session.answering.has(name))
  const found = open.map(([, copy]) => decodeStored(copy))
  session.loadedSeq = takeCopies(session, found, arrived, Number(sentText ?? 0))
  session.resend = [...session.inflight.values()]
  for (const id of received) session.received.add(Number(id))
  if (goesOn) session.loaded = true
}

/** In order: inflight up to `sent`, then what waits, then what has arrived since. Returns the last number. */
function takeCopies(session: Session, found: StoredDelivery[], arrived: Delivery[], sent: number): number {
  found.sort((one, other) => one.seq - other.seq)
  let last = 0
  for (const { seq, delivery } of found) {
    delivery.seq = seq
    last = seq
    if (delivery.phase === 'published' && seq > sent) {
      delivery.phase = 'queued'
      session.queuePush(delivery)
    } else {
      delivery.packetId = packetIdOf(seq)
      session.inflight.set(delivery.packetId, delivery)
    }
  }
  for (const delivery of arrived) {
    if (delivery.seq <= last) continue
    last = delivery.seq
    session.queuePush(delivery)
  }
  return last
}

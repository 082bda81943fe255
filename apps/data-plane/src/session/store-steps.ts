import { reasonCodes } from '@parley/mqtt-wire'
import type { Stored } from '../store/session-store.js'
import type { Connection } from './connection.js'

/** One step of the store, then `done` while the client is still there. False: the store takes its time. */
export function storeStep(connection: Connection, step: (stored: Stored) => void, done: () => void): boolean {
  return storeAll(connection, onlyStep, (_, stored) => step(stored), done)
}

const onlyStep = [0]

/**
 * Runs the store steps of one packet and calls `done` when all are stored, while the client is still there. A step that fails
 * ends the connection: nothing is acknowledged that is not stored. False: the store takes its time, decode nothing more.
 */
export function storeAll<T>(
  connection: Connection,
  items: readonly T[],
  step: (item: T, stored: Stored) => void,
  done: () => void
): boolean {
  let open = items.length
  let waiting = false
  const stored: Stored = (error) => {
    if (error) {
      connection.broker.log.warn({ clientId: connection.id, err: error }, 'a step was not stored')
      connection.refuse(reasonCodes.unspecifiedError, 'not_stored')
    }
    if (--open > 0) return
    if (!connection.closed) done()
    if (waiting) connection.proceed()
  }
  if (items.length === 0) done()
  for (const item of items) step(item, stored)
  waiting = open > 0
  return !waiting
}

import type { LiveEvent, Version } from '@parley/contracts'
import type { Database } from '@parley/database'
import type { FastifyBaseLogger } from 'fastify'

/** How long an event waits for what Postgres says; later, it tells the last known. */
const readMs = 500
/** While Postgres hangs, no more than these wait for it. */
const readsAtOnceMax = 4

/** What Postgres knows of an instance that is watched. */
export interface WatchedRow extends Version {
  status: LiveEvent['status']
}

/** Reads the rows of watched instances, for events that do without while Postgres is away or hangs. */
export class WatchedRows {
  readonly #db: Database
  readonly #log: FastifyBaseLogger
  #reads = 0

  constructor(db: Database, log: FastifyBaseLogger) {
    this.#db = db
    this.#log = log
  }

  /** By id; one that is not in the answer was deleted. Undefined while Postgres does not say. */
  async read(ids: readonly string[]): Promise<Map<string, WatchedRow> | undefined> {
    if (this.#reads >= readsAtOnceMax) return undefined
    this.#reads++
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), readMs)
    })
    const read = this.#read(ids).finally(() => {
      this.#reads--
      clearTimeout(timer)
    })
    return Promise.race([read, late])
  }

  async #read(ids: readonly string[]): Promise<Map<string, WatchedRow> | undefined> {
    try {
      const [{ epoch }, rows] = await Promise.all([
        this.#db.controlPlane.findUniqueOrThrow({ where: { id: 1 } }),
        this.#db.instance.findMany({
          where: { id: { in: [...ids] }, deletedAt: null },
          select: { id: true, status: true, revision: true }
        })
      ])
      return new Map(rows.map(({ id, status, revision }) => [id, { status, revision, epoch }]))
    } catch (error) {
      this.#log.warn({ err: error }, 'Postgres does not answer: live views tell what was known')
      return undefined
    }
  }
}

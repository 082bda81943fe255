import type { ServerResponse } from 'node:http'
import type { Readable } from 'node:stream'
import type { InstanceCounters, LiveEvent } from '@parley/contracts'
import type { Database, Instance } from '@parley/database'
import type { FastifyBaseLogger } from 'fastify'
import type { Redis } from 'ioredis'
import type { Principal } from '../auth/principal.js'
import { ProblemError } from '../problem-error.js'
import { type Heard, hearNodes } from './hear-nodes.js'
import { LiveTotals } from './live-totals.js'
import { type WatchedRow, WatchedRows } from './watched-rows.js'
import { Watcher } from './watcher.js'

const intervalMsDefault = 1_000
/** Half of what may pass until somebody who may no longer ask is told nothing more. */
const recheckMsDefault = 15_000
/** Of one turn; the others follow a second later. */
const rechecksAtOnceMax = 100
const watchersMax = 1_000
const watchersPerTenantMax = 100

export interface LiveHubOptions {
  db: Database
  redis: Redis
  log: FastifyBaseLogger
  stillValid(principal: Principal): Promise<boolean>
  intervalMs?: number
  recheckMs?: number
}

/** One instance that somebody watches, with what was last known of it. */
interface Watched {
  id: string
  row: WatchedRow
  totals: LiveTotals
  counters: InstanceCounters
  nodes: LiveEvent['nodes']
  watchers: Set<Watcher>
}

/**
 * Everybody who watches an instance, over all instances: one look a second at Postgres and Redis serves all of them, and none
 * is taken while nobody watches.
 */
export class LiveHub {
  readonly #options: LiveHubOptions
  readonly #rows: WatchedRows
  readonly #watched = new Map<string, Watched>()
  #timer: NodeJS.Timeout | undefined
  #looking = false
  #stopped = false

  constructor(options: LiveHubOptions) {
    this.#options = options
    this.#rows = new WatchedRows(options.db, options.log)
  }

  /** The events of an instance, the first one at once; it has been found to be the principal's. Throws `rate_limited`. */
  watch(principal: Principal, instance: Instance, response: ServerResponse): Readable {
    this.#refuseTooMany(principal)
    const watched = this.#watched.get(instance.id) ?? this.#begin(instance)
    const watcher = new Watcher(principal, response, () => this.#leave(watched, watcher))
    watched.watchers.add(watcher)
    const { intervalMs = intervalMsDefault } = this.#options
    this.#timer ??= setInterval(() => void this.#look(), intervalMs)
    void this.#refresh([watched]).then((heard) => watcher.send(eventOf(watched, heard)))
    return watcher.stream
  }

  /** Ends every answer. */
  stop(): void {
    this.#stopped = true
    for (const watcher of this.#watchers()) watcher.end()
    clearInterval(this.#timer)
  }

  #refuseTooMany({ tenantId }: Principal): void {
    if (this.#stopped) throw new ProblemError('unavailable', 'The API is about to stop.')
    const watchers = this.#watchers()
    const own = watchers.filter(({ principal }) => principal.tenantId === tenantId).length
    if (own < watchersPerTenantMax && watchers.length < watchersMax) return
    throw new ProblemError('rate_limited', 'Too many live views are open: close one and try again.')
  }

  #watchers(): Watcher[] {
    return [...this.#watched.values()].flatMap(({ watchers }) => [...watchers])
  }

  #begin({ id, status, revision }: Instance): Watched {
    const totals = new LiveTotals()
    const watched: Watched = {
      id,
      row: { status, revision, epoch: 1 },
      totals,
      counters: totals.take({ nodes: [], deadLetters: 0 }),
      nodes: [],
      watchers: new Set()
    }
    this.#watched.set(id, watched)
    return watched
  }

  #leave(watched: Watched, watcher: Watcher): void {
    watched.watchers.delete(watcher)
    if (watched.watchers.size > 0) return
    if (this.#watched.get(watched.id) === watched) this.#watched.delete(watched.id)
    if (this.#watched.size > 0) return
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  /** Once a second. */
  async #look(): Promise<void> {
    if (this.#looking) return
    this.#looking = true
    try {
      const all = [...this.#watched.values()]
      const [heard] = await Promise.all([this.#refresh(all), this.#recheck(Date.now())])
      for (const watched of all) {
        const event = eventOf(watched, heard)
        for (const watcher of watched.watchers) watcher.send(event)
      }
    } finally {
      this.#looking = false
    }
  }

  /** Brings them up to date, as far as Postgres and Redis say. False: the nodes are not heard, their last figures stay. */
  async #refresh(all: readonly Watched[]): Promise<boolean> {
    const rows = await this.#rows.read(all.map(({ id }) => id))
    for (const watched of rows ? all : []) {
      const row = rows?.get(watched.id)
      if (row) watched.row = row
      else for (const watcher of watched.watchers) watcher.end()
    }
    const wanted = new Map(all.map(({ id, row }) => [id, row]))
    const heard = await hearNodes(this.#options.redis, wanted)
    if (!heard) return false
    for (const watched of all) take(watched, heard.get(watched.id)!)
    return true
  }

  /** Those whose turn it is; while it is not known whether they may, they stay, and it is asked again. */
  async #recheck(nowMs: number): Promise<void> {
    const { recheckMs = recheckMsDefault } = this.#options
    const due = this.#watchers()
      .filter(({ checkedAtMs }) => nowMs - checkedAtMs >= recheckMs)
      .sort((a, b) => a.checkedAtMs - b.checkedAtMs)
      .slice(0, rechecksAtOnceMax)
    await Promise.all(due.map((watcher) => this.#check(watcher, nowMs)))
  }

  async #check(watcher: Watcher, nowMs: number): Promise<void> {
    try {
      if (await this.#options.stillValid(watcher.principal)) watcher.checkedAtMs = nowMs
      else watcher.end()
    } catch (error) {
      this.#options.log.warn({ err: error }, 'whether a watcher may still ask is not known')
    }
  }
}

function take(watched: Watched, heard: Heard): void {
  watched.counters = watched.totals.take(heard)
  watched.nodes = heard.nodes.map(({ node, revision, current, connections }) => ({
    node,
    revision,
    current,
    connections
  }))
}

function eventOf({ row: { status, revision }, counters, nodes }: Watched, heard: boolean): LiveEvent {
  return { at: Date.now(), heard, status, revision, counters, nodes }
}

import { randomBytes } from 'node:crypto'
import { type LiveFigures, noFigures, sameFigures, writeLiveFigures } from '@parley/config-feed'
import type { Redis } from 'ioredis'
import type { Logger } from 'pino'
import type { Instance } from '../fleet/instance.js'
import type { InstanceDirectory } from '../fleet/instance-directory.js'

const intervalMs = 1_000
/** What does not change is written again before it ends in Redis (after 30 s). */
const refreshMs = 10_000
/** Instances that are written in one turn; of more, those that waited longest come first. */
const writesAtOnceMax = 1_000
const runBytes = 8
const nothing = noFigures()

export interface LiveReportOptions {
  redis: Redis
  node: string
  directory: Pick<InstanceDirectory, 'instances' | 'openBroker'>
  log: Logger
}

interface Written {
  figures: LiveFigures
  atMs: number
}

/**
 * Tells Redis once a second what this node counted, instance by instance: only of those in which something happened since.
 * The hot path knows nothing of it, it adds to plain numbers.
 */
export class LiveReport {
  readonly #options: LiveReportOptions
  /** This process: after a restart the counters begin at 0. */
  readonly #run = randomBytes(runBytes).toString('hex')
  readonly #written = new Map<Instance, Written>()
  #timer: NodeJS.Timeout | undefined
  #writing = false

  constructor(options: LiveReportOptions) {
    this.#options = options
  }

  start(): void {
    // The Redis that comes back may be an emptied one.
    this.#options.redis.on('ready', () => this.#written.clear())
    this.#timer = setInterval(() => void this.report(Date.now()), intervalMs)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /** One turn. What could not be written is written with the next. */
  async report(nowMs: number): Promise<void> {
    const { redis, node, log } = this.#options
    if (this.#writing || redis.status !== 'ready') return
    this.#forgetEnded()
    const due = this.#due(nowMs)
    this.#writing = true
    try {
      await writeLiveFigures(redis, node, this.#run, new Map(due.map(([{ id }, figures]) => [id, figures])))
      for (const [instance, figures] of due) this.#written.set(instance, { figures, atMs: nowMs })
    } catch (error) {
      log.debug({ err: error }, 'live figures were not written')
    } finally {
      this.#writing = false
    }
  }

  #due(nowMs: number): [Instance, LiveFigures][] {
    const due: [Instance, LiveFigures][] = []
    for (const instance of this.#options.directory.instances()) {
      const figures = this.#figuresOf(instance)
      if (this.#isDue(instance, figures, nowMs)) due.push([instance, figures])
    }
    if (due.length <= writesAtOnceMax) return due
    const waitsSince = ([instance]: [Instance, LiveFigures]): number => this.#written.get(instance)?.atMs ?? 0
    return due.sort((a, b) => waitsSince(a) - waitsSince(b)).slice(0, writesAtOnceMax)
  }

  /** One in which nothing ever happened is written once, over what an earlier run of this node left, and never again. */
  #isDue(instance: Instance, figures: LiveFigures, nowMs: number): boolean {
    const written = this.#written.get(instance)
    if (!written || !sameFigures(written.figures, figures)) return true
    return nowMs - written.atMs >= refreshMs && !sameFigures(figures, nothing)
  }

  #figuresOf({ id, counters }: Instance): LiveFigures {
    return {
      connections: this.#options.directory.openBroker(id)?.connectedClients ?? 0,
      messagesIn: counters.messagesIn,
      messagesOut: counters.messagesOut,
      requests: counters.requests,
      replies: counters.repliesPublished,
      retries: counters.replyAttempts,
      drops: counters.dropped
    }
  }

  #forgetEnded(): void {
    const served = new Set(this.#options.directory.instances())
    for (const instance of this.#written.keys()) if (!served.has(instance)) this.#written.delete(instance)
  }
}

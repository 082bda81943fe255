import type { ChainableCommander, Redis } from 'ioredis'
import type { Logger } from 'pino'
import type { SessionHolder } from '../../session/session.js'
import type { Stored } from '../session-store.js'
import { applyBatch } from './scripts.js'

/** A batch that failed is sent again after this time, or when Redis is back. */
const retryAfterMs = 100

/** Above this a batch is written in several transactions; each session's changes stay in one. */
const transactionBytesMax = 4_194_304

/** Commands of one batch that nobody has to wait for. */
const commandsUncrowdedMax = 1_000

/** What applyBatch answers. */
type BatchResult = [owner: string, epoch?: string, queuedBytes?: number, ...seqs: number[]]

/** What happened to one session in one batch; each list in the order in which it came. */
export interface SessionChanges {
  readonly keys: readonly string[]
  /** Under which this node writes; null when it may only queue. */
  readonly holder: SessionHolder | null
  /** What the session, and all of the instance, may hold; null when this node itself has looked. */
  bounds: { copiesMax: number; bytesMax: number; instanceBytesMax: number } | null
  readonly queued: { name: string; bytes: number; record: () => Buffer; onQueued: (seq: number) => void }[]
  readonly over: string[]
  readonly released: string[]
  /** Packet id to whether it is received (true) or free again: the last word counts. */
  readonly received: Map<number, boolean>
  /** Topic filter to its options, null when it is left: the last word counts. */
  readonly subscriptions: Map<string, string | null>
  sent: number
  /** Somebody else has the session now. */
  readonly onLost: () => void
}

type Command = [name: string, ...args: (string | number | Buffer)[]]

interface Batch {
  readonly number: number
  readonly sessions: Map<object, SessionChanges>
  /** By what they write to. */
  readonly commands: Map<string, Command>
  readonly waiting: Stored[]
}

/**
 * Writes the changes of one instance's sessions to Redis: those of one turn in one transaction, one transaction at a time. While
 * one is on its way the next collects, so that order holds and load makes batches larger, not slower. A batch that fails is sent
 * again, the same, until Redis has it: nobody who waits for it goes on before, and nothing is done twice (scripts.ts).
 */
export class Journal {
  readonly #redis: Redis
  readonly #log: Logger
  #batch: Batch = newBatch(1)
  #writing = false
  #scheduled = false
  #closed = false
  #sha: Promise<string> | undefined
  /** What all queues of the instance weigh, as the last batch found it. */
  queuedBytes = 0

  constructor(redis: Redis, log: Logger) {
    this.#redis = redis
    this.#log = log
  }

  get ready(): boolean {
    return this.#redis.status === 'ready'
  }

  /** What happens to this session in the batch that is being collected. */
  changes(session: object, make: () => SessionChanges): SessionChanges {
    let changes = this.#batch.sessions.get(session)
    if (!changes) {
      changes = make()
      this.#batch.sessions.set(session, changes)
      this.#schedule()
    }
    return changes
  }

  /**
   * A command of its own, after the changes of this batch's sessions. It may be run twice, and takes the place of an earlier one that
   * wrote to the same: so what is collected while Redis is away grows with what there is, not with what happens.
   */
  command(target: string, ...command: Command): void {
    this.#batch.commands.delete(target)
    this.#batch.commands.set(target, command)
    this.#schedule()
  }

  /** So much waits that who can wait should. */
  get isCrowded(): boolean {
    return this.#batch.commands.size > commandsUncrowdedMax
  }

  /** Calls back when everything so far is stored. */
  whenStored(done: Stored): void {
    this.#batch.waiting.push(done)
    this.#schedule()
  }

  /** Nothing more is collected; who waits hears an error. Resolves when what was collected is stored, or `timeoutMs` passed. */
  async close(timeoutMs: number): Promise<void> {
    // A connection that was given up takes nothing any more.
    if (this.#redis.status !== 'end') {
      const stored = new Promise<void>((resolve) => this.whenStored(() => resolve()))
      const timeout = new Promise<void>((resolve) => setTimeout(resolve, timeoutMs).unref())
      await Promise.race([stored, timeout])
    }
    this.#closed = true
    for (const done of this.#batch.waiting) done(new Error('the session store is closed'))
  }

  /** Two turns later: what this turn sends to clients leaves first, so that a kill between can only repeat, not lose. */
  #schedule(): void {
    if (this.#scheduled || this.#writing || this.#closed) return
    this.#scheduled = true
    setImmediate(() => setImmediate(() => this.#start()))
  }

  #start(): void {
    this.#scheduled = false
    if (this.#writing || this.#closed) return
    const batch = this.#batch
    if (isEmpty(batch) && batch.waiting.length === 0) return
    this.#batch = newBatch(batch.number + 1)
    this.#writing = true
    void this.#write(batch)
  }

  async #write(batch: Batch): Promise<void> {
    let results: unknown[] | undefined
    for (let failing = false; results === undefined; failing = true) {
      try {
        results = await this.#send(batch)
      } catch (error) {
        if (this.#closed) return
        if (!failing)
          this.#log.warn({ err: error }, 'sessions cannot be stored: those who wait for it stand still')
        await this.#pause()
      }
    }
    this.#settle(batch, results)
    this.#writing = false
    this.#start()
  }

  async #send(batch: Batch): Promise<unknown[]> {
    if (isEmpty(batch)) return []
    const sha = await this.#script()
    const results: unknown[] = []
    let transaction = this.#redis.multi()
    let bytes = 0
    for (const changes of batch.sessions.values()) {
      // A large message for many sessions is not held in memory, nor sent, as many times at once.
      if (bytes > transactionBytesMax) {
        results.push(...(await this.#run(transaction)))
        transaction = this.#redis.multi()
        bytes = 0
      }
      for (const copy of changes.queued) bytes += copy.bytes
      transaction.call(
        'EVALSHA',
        sha,
        changes.keys.length,
        ...changes.keys,
        ...argumentsOf(changes, batch.number)
      )
    }
    for (const [name, ...args] of batch.commands.values()) transaction.call(name, ...args)
    results.push(...(await this.#run(transaction)))
    return results
  }

  async #run(transaction: ChainableCommander): Promise<unknown[]> {
    const answers = await transaction.exec()
    if (!answers) throw new Error('the transaction was aborted')
    for (const [error] of answers) {
      if (!error) continue
      if (error.message.includes('NOSCRIPT')) this.#sha = undefined
      throw error
    }
    return answers.map(([, result]) => result)
  }

  /** Redis forgets scripts when it restarts. */
  #script(): Promise<string> {
    this.#sha ??= (this.#redis.script('LOAD', applyBatch) as Promise<string>).catch((error: unknown) => {
      this.#sha = undefined
      throw error
    })
    return this.#sha
  }

  #settle(batch: Batch, results: unknown[]): void {
    let at = 0
    for (const changes of batch.sessions.values()) {
      const [owner, epoch, queuedBytes, ...seqs] = results[at++] as BatchResult
      if (owner === '' || !mayWrite(changes, owner, epoch!)) this.#call(changes.onLost)
      if (queuedBytes !== undefined) this.queuedBytes = queuedBytes
      for (const [index, { onQueued }] of changes.queued.entries()) {
        this.#call(() => onQueued(seqs[index] ?? 0))
      }
    }
    for (const done of batch.waiting) this.#call(() => done(null))
  }

  /** The batch is stored: what one of those who waited for it does wrong is not the next one's, nor Redis' failure. */
  #call(callback: () => void): void {
    try {
      callback()
    } catch (error) {
      this.#log.error({ err: error }, 'what follows a stored change failed')
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const goOn = (): void => {
        clearTimeout(timer)
        this.#redis.off('ready', goOn)
        resolve()
      }
      const timer = setTimeout(goOn, retryAfterMs)
      this.#redis.once('ready', goOn)
    })
  }
}

function newBatch(number: number): Batch {
  return { number, sessions: new Map(), commands: new Map(), waiting: [] }
}

function isEmpty({ sessions, commands }: Batch): boolean {
  return sessions.size === 0 && commands.size === 0
}

function mayWrite({ holder }: SessionChanges, owner: string, epoch: string): boolean {
  return holder === null || (holder.owner === owner && holder.epoch === epoch)
}

function argumentsOf(changes: SessionChanges, batch: number): (string | number | Buffer)[] {
  const { holder, bounds } = changes
  const args: (string | number | Buffer)[] = [holder?.owner ?? '', holder?.epoch ?? '', batch]
  args.push(bounds?.copiesMax ?? '', bounds?.bytesMax ?? '', bounds?.instanceBytesMax ?? '')
  args.push(changes.queued.length)
  for (const { name, bytes, record } of changes.queued) args.push(name, bytes, record())
  args.push(changes.over.length, ...changes.over)
  args.push(changes.released.length, ...changes.released)
  const received = [...changes.received]
  for (const wanted of [true, false]) {
    const ids = received.filter(([, is]) => is === wanted).map(([id]) => id)
    args.push(ids.length, ...ids)
  }
  const made = [...changes.subscriptions].filter((entry): entry is [string, string] => entry[1] !== null)
  args.push(made.length, ...made.flat())
  const left = [...changes.subscriptions].filter(([, options]) => options === null).map(([filter]) => filter)
  args.push(left.length, ...left)
  args.push(changes.sent === 0 ? '' : changes.sent)
  return args
}

import { randomBytes } from 'node:crypto'
import { chmod, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type InstanceSnapshot, isNewer, readSnapshot } from '@parley/contracts'
import type { FeedLogger } from './feed-logger.js'

const folderMode = 0o700
const fileMode = 0o600

/**
 * The snapshots of a node as files, so that it can start with Redis away. Several processes may share the folder: each
 * writes only what is newer than what is there, and as all of them follow the same Redis, the newest stays.
 */
export class DiskCache {
  readonly #folder: string
  readonly #logger: FeedLogger
  readonly #waiting = new Map<string, InstanceSnapshot>()
  #writing: Promise<void> | undefined

  constructor(folder: string, logger: FeedLogger) {
    this.#folder = folder
    this.#logger = logger
  }

  /** Every valid snapshot in the folder. A file that cannot be used is named in the log and left alone. */
  async load(): Promise<InstanceSnapshot[]> {
    await mkdir(this.#folder, { recursive: true, mode: folderMode })
    await chmod(this.#folder, folderMode)
    const snapshots: InstanceSnapshot[] = []
    for (const file of await readdir(this.#folder)) {
      if (!file.endsWith('.json')) continue
      const snapshot = await this.#read(file.slice(0, -'.json'.length))
      if (snapshot) snapshots.push(snapshot)
    }
    return snapshots
  }

  /** Queues a snapshot to be written; a newer one of the same instance replaces one that still waits. */
  save(snapshot: InstanceSnapshot): void {
    this.#waiting.set(snapshot.instanceId, snapshot)
    this.#writing ??= this.#writeAll()
  }

  /** Resolves when everything queued is on disk. */
  async flush(): Promise<void> {
    await this.#writing
  }

  async #writeAll(): Promise<void> {
    for (const [instanceId, snapshot] of this.#waiting) {
      this.#waiting.delete(instanceId)
      try {
        await this.#write(snapshot)
      } catch (error) {
        this.#logger.error(
          { instanceId, error: (error as Error).message },
          'Could not cache a snapshot on disk'
        )
      }
    }
    this.#writing = undefined
  }

  async #write(snapshot: InstanceSnapshot): Promise<void> {
    const held = await this.#read(snapshot.instanceId)
    if (held && !isNewer(snapshot, held)) return
    const suffix = randomBytes(6).toString('hex')
    const temporary = join(this.#folder, `.${snapshot.instanceId}.${suffix}.tmp`)
    try {
      await writeFile(temporary, JSON.stringify(snapshot), { mode: fileMode })
      await rename(temporary, this.#path(snapshot.instanceId))
    } catch (error) {
      await rm(temporary, { force: true })
      throw error
    }
  }

  async #read(instanceId: string): Promise<InstanceSnapshot | undefined> {
    let text: string
    try {
      text = await readFile(this.#path(instanceId), 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        this.#ignore(instanceId, (error as Error).message)
      return undefined
    }
    const reading = readSnapshot(text)
    if ('snapshot' in reading && reading.snapshot.instanceId === instanceId) return reading.snapshot
    this.#ignore(instanceId, 'problem' in reading ? reading.problem : 'is of another instance')
    return undefined
  }

  #ignore(instanceId: string, problem: string): void {
    this.#logger.warn({ instanceId, problem }, 'A cached snapshot cannot be used and is ignored')
  }

  #path(instanceId: string): string {
    return join(this.#folder, `${instanceId}.json`)
  }
}

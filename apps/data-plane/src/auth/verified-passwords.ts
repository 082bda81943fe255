import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { appendFile, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'

/** How long a verified password counts without asking anybody, so that an outage of Redis locks nobody out. */
const lifetimeMs = 24 * 60 * 60 * 1000
const flushIntervalMs = 1_000
const keyBytes = 32
/** Entries in memory and on disk; when there are more, the oldest leave. */
const entriesMax = 200_000
const keyFile = 'password-cache.key'
const entriesFile = 'password-cache.jsonl'

export interface VerifiedPassword {
  /** The stored hash that the password was verified against: another one means another password. */
  hash: string
  /** Keyed hash of the password; the key never leaves this node. */
  mac: string
  verifiedAtMs: number
}

/** A line of the file: instance id and username, then the entry; null: forgotten. */
type Line = [instanceId: string, username: string, entry: VerifiedPassword | null]

/**
 * Passwords that were verified on this node, as keyed hashes, in memory and on disk: neither a reconnect storm nor an outage of
 * Redis makes the slow hash run again or locks a client out.
 */
export class VerifiedPasswords {
  readonly #dir: string
  readonly #log: Logger
  readonly #entries = new Map<string, VerifiedPassword>()
  #key: Buffer = randomBytes(keyBytes)
  #unsaved: Line[] = []
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> = Promise.resolve()

  constructor(dir: string, log: Logger) {
    this.#dir = dir
    this.#log = log
  }

  /** Reads what this node knew before it was stopped or killed. A file that cannot be read costs the cache, not the start. */
  async open(): Promise<void> {
    try {
      await mkdir(this.#dir, { recursive: true })
      this.#key = await this.#readKey()
      await this.#readEntries()
      await this.#rewrite()
    } catch (error) {
      this.#log.warn({ err: error }, 'verified passwords cannot be kept on disk')
    }
    this.#timer = setInterval(() => this.#flush(), flushIntervalMs)
    this.#timer.unref()
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    this.#flush()
    await this.#writing
  }

  find(instanceId: string, username: string): VerifiedPassword | undefined {
    const entry = this.#entries.get(nameOf(instanceId, username))
    return entry && Date.now() - entry.verifiedAtMs < lifetimeMs ? entry : undefined
  }

  matches(entry: VerifiedPassword, password: Buffer): boolean {
    return timingSafeEqual(Buffer.from(entry.mac, 'base64'), this.#mac(password))
  }

  remember(instanceId: string, username: string, hash: string, password: Buffer): void {
    const entry = { hash, mac: this.#mac(password).toString('base64'), verifiedAtMs: Date.now() }
    const name = nameOf(instanceId, username)
    this.#entries.delete(name)
    this.#entries.set(name, entry)
    if (this.#entries.size > entriesMax) this.#entries.delete(this.#entries.keys().next().value!)
    this.#unsaved.push([instanceId, username, entry])
  }

  forget(instanceId: string, username: string): void {
    if (this.#entries.delete(nameOf(instanceId, username))) this.#unsaved.push([instanceId, username, null])
  }

  /** The usernames of an instance that are remembered here. */
  usernames(instanceId: string): string[] {
    const prefix = nameOf(instanceId, '')
    return [...this.#entries.keys()]
      .filter((name) => name.startsWith(prefix))
      .map((name) => name.slice(prefix.length))
  }

  #mac(password: Buffer): Buffer {
    return createHmac('sha256', this.#key).update(password).digest()
  }

  async #readKey(): Promise<Buffer> {
    const path = join(this.#dir, keyFile)
    const known = await readFile(path).catch(() => undefined)
    if (known?.length === keyBytes) return known
    const key = randomBytes(keyBytes)
    await writeFile(path, key, { mode: 0o600 })
    return key
  }

  async #readEntries(): Promise<void> {
    const text = await readFile(join(this.#dir, entriesFile), 'utf8').catch(() => '')
    for (const line of text.split('\n')) {
      const read = parseLine(line)
      if (!read) continue
      const [instanceId, username, entry] = read
      const name = nameOf(instanceId, username)
      this.#entries.delete(name)
      if (entry && Date.now() - entry.verifiedAtMs < lifetimeMs) this.#entries.set(name, entry)
    }
  }

  /** Drops what is over: the file only grows while the node runs. */
  async #rewrite(): Promise<void> {
    const lines = [...this.#entries].map(([name, entry]) => JSON.stringify([...namesOf(name), entry]))
    const path = join(this.#dir, entriesFile)
    await writeFile(`${path}.new`, lines.map((line) => `${line}\n`).join(''), { mode: 0o600 })
    await rename(`${path}.new`, path)
  }

  #flush(): void {
    if (this.#unsaved.length === 0) return
    const text = this.#unsaved.map((line) => `${JSON.stringify(line)}\n`).join('')
    this.#unsaved = []
    this.#writing = this.#writing
      .then(() => appendFile(join(this.#dir, entriesFile), text, { mode: 0o600 }))
      .catch((error: unknown) => this.#log.warn({ err: error }, 'verified passwords cannot be kept on disk'))
  }
}

const separator = '\0'

function nameOf(instanceId: string, username: string): string {
  return `${instanceId}${separator}${username}`
}

function namesOf(name: string): [instanceId: string, username: string] {
  const at = name.indexOf(separator)
  return [name.slice(0, at), name.slice(at + 1)]
}

/** Undefined for a line that was cut off by a kill. */
function parseLine(text: string): Line | undefined {
  if (!text.endsWith(']')) return undefined
  try {
    return JSON.parse(text) as Line
  } catch {
    // A line that a kill tore in two: the client is verified anew.
    return undefined
  }
}

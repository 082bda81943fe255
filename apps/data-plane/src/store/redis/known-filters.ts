import { appendFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { parseSharedFilter, topicMatchesFilter } from '@parley/mqtt-wire'
import type { Logger } from 'pino'

/**
 * The topic filters of an instance's persistent sessions, on the node's disk: a node that starts while Redis is away knows by
 * them which publishes it must not acknowledge yet. Filters that are left stay until the sessions are read the next time.
 */
export class KnownFilters {
  readonly #file: string | undefined
  readonly #log: Logger
  readonly #filters: Set<string>

  /** Without a file nothing is remembered: then any topic may matter. */
  constructor(file: string | undefined, log: Logger) {
    this.#file = file
    this.#log = log
    this.#filters = new Set(file === undefined ? [] : read(file))
  }

  /** Whether an unknown persistent session may be subscribed to this topic. */
  match(topic: string): boolean {
    if (this.#file === undefined) return true
    for (const filter of this.#filters) {
      if (topicMatchesFilter(parseSharedFilter(filter)?.filter ?? filter, topic)) return true
    }
    return false
  }

  add(filter: string): void {
    if (this.#file === undefined || this.#filters.has(filter)) return
    this.#filters.add(filter)
    this.#write((file) => appendFileSync(file, `${JSON.stringify(filter)}\n`, { mode: 0o600 }))
  }

  /** All sessions were read: these are their filters. */
  replace(filters: Iterable<string>): void {
    if (this.#file === undefined) return
    this.#filters.clear()
    for (const filter of filters) this.#filters.add(filter)
    const text = [...this.#filters].map((filter) => `${JSON.stringify(filter)}\n`).join('')
    this.#write((file) => {
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(`${file}.new`, text, { mode: 0o600 })
      renameSync(`${file}.new`, file)
    })
  }

  /** A disk that cannot be written costs this safety, not the service. */
  #write(write: (file: string) => void): void {
    try {
      write(this.#file!)
    } catch (error) {
      this.#log.warn({ err: error }, 'the filters of persistent sessions cannot be kept on disk')
    }
  }
}

/** A file that was never written belongs to an instance without sessions. */
function read(file: string): string[] {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    // Not there: nothing was ever stored from here.
    return []
  }
  return text.split('\n').flatMap(parse)
}

function parse(line: string): string[] {
  if (!line.endsWith('"')) return []
  try {
    return [JSON.parse(line) as string]
  } catch {
    // Torn in two by a kill: its SUBACK was never sent.
    return []
  }
}

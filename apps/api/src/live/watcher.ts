import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import type { LiveEvent } from '@parley/contracts'
import type { Principal } from '../auth/principal.js'

/** A watcher that leaves more than this unread is let go: about a minute of events. */
const unreadBytesMax = 65_536
/** How long the end of an answer waits for a reader. */
const endMs = 1_000

/** One open answer of server-sent events. */
export class Watcher {
  readonly principal: Principal
  readonly stream = new Readable({ read: () => undefined })
  /** When its principal was last found to be valid (epoch ms). */
  checkedAtMs = Date.now()
  readonly #response: ServerResponse
  #ended = false

  constructor(principal: Principal, response: ServerResponse, onClose: (watcher: Watcher) => void) {
    this.principal = principal
    this.#response = response
    this.stream.once('close', () => onClose(this))
  }

  send(event: LiveEvent): void {
    if (this.#ended || this.stream.destroyed) return
    if (this.stream.readableLength > unreadBytesMax) this.stream.destroy()
    else this.stream.push(`event: live\ndata: ${JSON.stringify(event)}\n\n`)
  }

  /** What was sent still goes out, if somebody reads it. */
  end(): void {
    if (this.#ended || this.stream.destroyed) return
    this.#ended = true
    this.stream.push(null)
    const timer = setTimeout(() => this.#response.destroy(), endMs)
    this.#response.once('close', () => clearTimeout(timer))
  }
}

import { createServer, type Server, type Socket } from 'node:net'
import type { Logger } from 'pino'
import type { Instance } from '../fleet/instance.js'
import type { EndpointListener } from '../fleet/instance-directory.js'
import { TcpTransport } from './tcp-transport.js'
import type { Transport } from './transport.js'

/** A port that somebody else holds is tried again after this time. */
const retryAfterMs = 2_000
const backlog = 1_024

export type Accept = (instance: Instance, transport: Transport) => void

interface Listening {
  port: number
  server: Server
  retry: NodeJS.Timeout | undefined
}

/** One TCP port per instance. A port that cannot be opened is reported and tried again: it costs that instance only. */
export class TcpListeners implements EndpointListener {
  readonly #bind: string
  readonly #log: Logger
  readonly #accept: Accept
  readonly #listening = new Map<string, Listening>()

  constructor(bind: string, log: Logger, accept: Accept) {
    this.#bind = bind
    this.#log = log
    this.#accept = accept
  }

  open(instance: Instance): void {
    const known = this.#listening.get(instance.id)
    if (known?.port === instance.mqttPort) return
    if (known) this.#shut(known)
    const server = createServer((socket: Socket) => this.#accept(instance, new TcpTransport(socket)))
    const entry: Listening = { port: instance.mqttPort, server, retry: undefined }
    this.#listening.set(instance.id, entry)
    server.on('error', (error: NodeJS.ErrnoException) => {
      this.#log.error(
        { instanceId: instance.id, port: entry.port, bind: this.#bind, code: error.code },
        'cannot listen for this instance; trying again'
      )
      // One that listens failed to accept a connection, and goes on.
      if (server.listening || this.#listening.get(instance.id) !== entry) return
      entry.retry = setTimeout(() => this.#listen(entry), retryAfterMs)
    })
    this.#listen(entry)
  }

  async close(instance: Instance): Promise<void> {
    const entry = this.#listening.get(instance.id)
    if (!entry) return
    this.#listening.delete(instance.id)
    this.#shut(entry)
  }

  #listen(entry: Listening): void {
    entry.server.listen({ port: entry.port, host: this.#bind, backlog })
  }

  /** Stops accepting; open connections are the broker's to close. */
  #shut(entry: Listening): void {
    clearTimeout(entry.retry)
    if (entry.server.listening) entry.server.close()
    // Opened in this very turn: it listens from the next one.
    else entry.server.once('listening', () => entry.server.close())
  }
}

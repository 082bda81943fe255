import { createServer, type Server, type Socket } from 'node:net'
import type { Logger } from 'pino'
import type { Instance } from '../fleet/instance.js'
import type { EndpointListener } from '../fleet/instance-directory.js'
import type { DropReason } from '../ops/counters.js'
import { type Admission, undecidedMax } from './admission.js'
import { type Accepted, deferSockets } from './defer-sockets.js'
import { closings } from './in-turns.js'
import { TcpTransport } from './tcp-transport.js'
import type { Transport } from './transport.js'

/** A port that somebody else holds is tried again after this time. */
const retryAfterMs = 2_000
const backlog = 1_024
/** Nothing is read before the connection is begun; and its client's close is answered in turns, where Node would answer all in one. */
const socketOptions = { pauseOnConnect: true, allowHalfOpen: true }

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
  readonly #admission: Admission
  readonly #accept: Accept
  readonly #listening = new Map<string, Listening>()

  constructor(bind: string, log: Logger, admission: Admission, accept: Accept) {
    this.#bind = bind
    this.#log = log
    this.#admission = admission
    this.#accept = accept
  }

  open(instance: Instance): void {
    const known = this.#listening.get(instance.id)
    if (known?.port === instance.mqttPort) return
    if (known) this.#shut(known)
    const server = createServer(socketOptions)
    const entry: Listening = { port: instance.mqttPort, server, retry: undefined }
    this.#listening.set(instance.id, entry)
    deferSockets(
      server,
      (accepted) => this.#admit(instance, entry, accepted),
      (socket) => this.#begin(instance, socket)
    )
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
    this.#admission.dismiss(instance.id)
  }

  #listen(entry: Listening): void {
    entry.server.listen({ port: entry.port, host: this.#bind, backlog })
  }

  #admit(instance: Instance, entry: Listening, accepted: Accepted): void {
    const refuse = (reason: DropReason): void => {
      instance.counters.drop(reason)
      accepted.refuse()
    }
    const arrival = {
      instanceId: instance.id,
      begin: () => {
        // Its port may be another one by now.
        if (this.#listening.get(instance.id) !== entry) refuse('instance_closed')
        else accepted.open()
      },
      dismiss: () => closings.run(instance.id, () => refuse('instance_closed'))
    }
    const waitingMax = instance.settings.limits.connectionsMax + undecidedMax
    if (!this.#admission.admit(arrival, waitingMax)) refuse('connection_refused')
  }

  #begin(instance: Instance, socket: Socket): void {
    // It was reset while it waited: nobody is there, and nobody knows who it was.
    if (socket.remoteAddress === undefined) socket.destroy()
    else this.#accept(instance, new TcpTransport(socket, instance.id))
  }

  /** Stops accepting; open connections are the broker's to close. */
  #shut(entry: Listening): void {
    clearTimeout(entry.retry)
    if (entry.server.listening) entry.server.close()
    // Opened in this very turn: it listens from the next one.
    else entry.server.once('listening', () => entry.server.close())
  }
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { instanceIdPattern, type ProblemCode } from '@parley/contracts'
import type { Logger } from 'pino'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Instance } from '../fleet/instance.js'
import { answerProblem, refuseUpgrade } from '../http/answers.js'
import type { DropReason } from '../ops/counters.js'
import type { Admission } from './admission.js'
import type { Accept } from './tcp-listeners.js'
import { WebSocketTransport } from './websocket-transport.js'

const webSocketPath = new RegExp(`^/(${instanceIdPattern.slice(1, -1)})/mqtt$`)
/** [MQTT-6.0.0-3], and the name that 3.1 clients use. */
const subprotocols = ['mqtt', 'mqttv3.1']
const notRunning = 'No running instance has this WebSocket path'
const headersTimeoutMs = 10_000
/** While as many clients of its instance wait, an upgrade is refused: unlike a TCP connection, it is read from, and holds what came. */
const waitingUpgradesMax = 1_000
/** A frame may hold several packets: this much more than the largest packet of its instance. */
const frameExtraBytes = 65_536

export interface EdgeOptions {
  bind: string
  port: number
  log: Logger
  admission: Admission
  findInstance(id: string): Instance | undefined
  accept: Accept
}

/** The shared port: MQTT over WebSocket at `/<instanceId>/mqtt`, and `/health`. Any other path is refused by name. */
export class Edge {
  readonly #options: EdgeOptions
  readonly #server: Server
  /** By the largest frame that they take: `ws` holds a whole frame in memory before anybody sees it. */
  readonly #webSockets = new Map<number, WebSocketServer>()

  constructor(options: EdgeOptions) {
    this.#options = options
    this.#server = createServer((request, response) => this.#onRequest(request, response))
    this.#server.headersTimeout = headersTimeoutMs
    this.#server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) =>
      this.#onUpgrade(request, socket as Socket, head)
    )
  }

  /** Resolves when the port is open; rejects when it cannot be opened. */
  listen(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen({ port: this.#options.port, host: this.#options.bind }, () => {
        this.#server.off('error', reject)
        this.#server.on('error', (error) => this.#options.log.error({ err: error }, 'the edge port failed'))
        resolve()
      })
    })
  }

  close(): Promise<void> {
    // Upgraded sockets are no longer the server's to close.
    for (const server of this.#webSockets.values()) {
      for (const client of server.clients) client.terminate()
    }
    return new Promise((resolve) => {
      this.#server.close(() => resolve())
      this.#server.closeAllConnections()
    })
  }

  #onRequest(request: IncomingMessage, response: ServerResponse): void {
    if (request.url === '/health' && request.method === 'GET') {
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"ok"}')
      return
    }
    answerProblem(
      response,
      'not_found',
      'Nothing is served at this path. MQTT over WebSocket: /<instanceId>/mqtt'
    )
  }

  #onUpgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    // A client that resets while it is being refused is nothing to report.
    socket.on('error', () => socket.destroy())
    const id = webSocketPath.exec((request.url ?? '').split('?', 1)[0]!)?.[1]
    const instance = id === undefined ? undefined : this.#options.findInstance(id)
    if (instance?.status !== 'running') {
      refuseUpgrade(socket, 'not_found', notRunning)
      return
    }
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim())
    if (!offered.some((name) => subprotocols.includes(name))) {
      refuseUpgrade(socket, 'invalid', 'The WebSocket subprotocol must be mqtt')
      return
    }
    this.#admit(instance, request, socket, head)
  }

  #admit(instance: Instance, request: IncomingMessage, socket: Socket, head: Buffer): void {
    const refuse = (reason: DropReason, code: ProblemCode, detail: string): void => {
      instance.counters.drop(reason)
      refuseUpgrade(socket, code, detail)
    }
    const arrival = {
      instanceId: instance.id,
      begin: () => this.#upgrade(instance, request, socket, head),
      dismiss: () => refuse('instance_closed', 'not_found', notRunning)
    }
    if (this.#options.admission.admit(arrival, waitingUpgradesMax)) return
    refuse('connection_refused', 'unavailable', 'Too many clients connect at the moment')
  }

  #upgrade(instance: Instance, request: IncomingMessage, socket: Socket, head: Buffer): void {
    this.#serverFor(instance).handleUpgrade(request, socket, head, (webSocket: WebSocket) =>
      this.#options.accept(instance, new WebSocketTransport(webSocket, socket, instance.id))
    )
  }

  #serverFor({ settings }: Instance): WebSocketServer {
    const maxPayload = settings.limits.packetBytesMax + frameExtraBytes
    const known = this.#webSockets.get(maxPayload)
    if (known) return known
    const server = new WebSocketServer({
      noServer: true,
      perMessageDeflate: false,
      maxPayload,
      handleProtocols: (offered) => subprotocols.find((name) => offered.has(name)) ?? false
    })
    this.#webSockets.set(maxPayload, server)
    return server
  }
}

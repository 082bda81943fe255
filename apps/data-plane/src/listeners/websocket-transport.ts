import type { Socket } from 'node:net'
import type { RawData, WebSocket } from 'ws'
import { EndTurn } from './in-turns.js'
import { hostOf, type Transport, type TransportListener } from './transport.js'

/** RFC 6455: the peer sent a kind of data that is not accepted here. */
const unsupportedData = 1003
const normalClosure = 1000
/** A peer that was refused has this long to close. */
const lingerMs = 2_000

/** MQTT over a WebSocket: binary frames only [MQTT-6.0.0-1]; packets need not align with frames [MQTT-6.0.0-2]. */
export class WebSocketTransport implements Transport {
  readonly clientHost: string
  readonly #webSocket: WebSocket
  readonly #socket: Socket
  readonly #endTurn: EndTurn
  #refused = false

  constructor(webSocket: WebSocket, socket: Socket, instanceId: string) {
    this.#webSocket = webSocket
    this.#socket = socket
    this.#endTurn = new EndTurn(instanceId)
    this.clientHost = hostOf(socket.remoteAddress, socket.remotePort)
    socket.setNoDelay(true)
    // A broken frame or a reset is an ordinary end: 'close' follows it. Listened to before there is a connection.
    webSocket.on('error', () => webSocket.terminate())
  }

  get pendingBytes(): number {
    return this.#webSocket.bufferedAmount
  }

  attach(listener: TransportListener): void {
    this.#webSocket.on('message', (data: RawData, isBinary: boolean) => {
      if (this.#refused) return
      if (isBinary) listener.onData(data as Buffer)
      else this.#refuse()
    })
    this.#socket.on('drain', () => listener.onDrain())
    this.#webSocket.once('close', () => this.#endTurn.run(() => listener.onGone()))
    if (this.#webSocket.readyState === this.#webSocket.CLOSED) setImmediate(() => listener.onGone())
  }

  /** What comes after a text frame is not read any more, and the peer has only so long to close [MQTT-6.0.0-1]. */
  #refuse(): void {
    this.#refused = true
    this.#webSocket.close(unsupportedData, 'MQTT wants binary frames')
    setTimeout(() => this.#webSocket.terminate(), lingerMs).unref()
  }

  send(bytes: Buffer): boolean {
    if (this.#webSocket.readyState === this.#webSocket.OPEN) this.#webSocket.send(bytes)
    return this.#webSocket.bufferedAmount === 0
  }

  pause(): void {
    this.#webSocket.pause()
  }

  resume(): void {
    this.#webSocket.resume()
  }

  end(): void {
    this.#endTurn.over()
    this.#webSocket.close(normalClosure)
  }

  destroy(): void {
    this.#endTurn.over()
    this.#webSocket.terminate()
  }
}

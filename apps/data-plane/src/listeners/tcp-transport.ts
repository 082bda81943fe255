import type { Socket } from 'node:net'
import { EndTurn } from './in-turns.js'
import { hostOf, type Transport, type TransportListener } from './transport.js'

/** MQTT over a TCP socket that was accepted paused, and that stays half open when its client closes. */
export class TcpTransport implements Transport {
  readonly clientHost: string
  readonly #socket: Socket
  readonly #endTurn: EndTurn

  constructor(socket: Socket, instanceId: string) {
    this.#socket = socket
    this.#endTurn = new EndTurn(instanceId)
    this.clientHost = hostOf(socket.remoteAddress, socket.remotePort)
    socket.setNoDelay(true)
    // Nothing happens to a socket that is not read. A reset is an ordinary end: 'close' follows it.
    socket.on('error', () => socket.destroy())
    socket.once('end', () => this.#endTurn.run(() => this.#answerEnd()))
  }

  /** The client has closed its side: what the network has not taken yet still leaves, then this side closes. */
  #answerEnd(): void {
    this.#endTurn.over()
    if (this.#socket.writableLength > 0) this.#socket.end()
    else this.#socket.destroy()
  }

  get pendingBytes(): number {
    return this.#socket.writableLength
  }

  attach(listener: TransportListener): void {
    this.#socket.on('data', (chunk: Buffer) => listener.onData(chunk))
    this.#socket.on('drain', () => listener.onDrain())
    this.#socket.once('close', () => this.#endTurn.run(() => listener.onGone()))
    if (this.#socket.destroyed) setImmediate(() => listener.onGone())
    this.#socket.resume()
  }

  send(bytes: Buffer): boolean {
    if (!this.#socket.writable) return true
    this.#socket.write(bytes)
    // libuv tries to write at once: nothing pending means that the kernel holds a copy.
    return this.#socket.writableLength === 0
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  end(): void {
    this.#endTurn.over()
    this.#socket.end()
  }

  destroy(): void {
    this.#endTurn.over()
    this.#socket.destroy()
  }
}

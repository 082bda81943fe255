import type { Server, Socket } from 'node:net'

/** A connection that the kernel has handed over, and of which no socket was made yet. */
export interface Accepted {
  /** Makes its socket: the server emits 'connection'. */
  open(): void
  /** Closes it; the server emits nothing. */
  refuse(): void
}

interface AcceptedHandle {
  close(): void
}

/** What Node keeps of a listening server: it calls `onconnection` with each connection, and makes the socket there. */
interface ListeningHandle {
  onconnection(error: number, accepted: AcceptedHandle | undefined): void
}

/**
 * Hands over each connection of `server` when it is accepted, and its socket to `onSocket` when it is opened. Of itself Node makes the
 * socket with the connection: that doubles the time of an accept and allocates 2.5 KB, so that thousands which come together, and wait,
 * are collected and copied beside those who are served. Node has no public way to put it off, so this steps between the server and
 * its handle; where that looks different, the socket is made before the connection is handed over.
 */
export function deferSockets(
  server: Server,
  onAccepted: (accepted: Accepted) => void,
  onSocket: (socket: Socket) => void
): void {
  let deferred = false
  server.on('listening', () => {
    const handle = listeningHandle(server)
    deferred = handle !== undefined
    if (!handle) return
    const makeSocket = handle.onconnection
    handle.onconnection = (error, accepted) => {
      if (error || !accepted) makeSocket.call(handle, error, accepted)
      else onAccepted(new WithoutSocket(handle, makeSocket, accepted))
    }
  })
  server.on('connection', (socket: Socket) => {
    if (deferred) onSocket(socket)
    else onAccepted({ open: () => onSocket(socket), refuse: () => socket.destroy() })
  })
}

class WithoutSocket implements Accepted {
  readonly #listening: ListeningHandle
  readonly #makeSocket: ListeningHandle['onconnection']
  readonly #handle: AcceptedHandle

  constructor(
    listening: ListeningHandle,
    makeSocket: ListeningHandle['onconnection'],
    handle: AcceptedHandle
  ) {
    this.#listening = listening
    this.#makeSocket = makeSocket
    this.#handle = handle
  }

  open(): void {
    this.#makeSocket.call(this.#listening, 0, this.#handle)
  }

  refuse(): void {
    this.#handle.close()
  }
}

function listeningHandle(server: Server): ListeningHandle | undefined {
  const { _handle: handle } = server as { _handle?: Partial<ListeningHandle> }
  return typeof handle?.onconnection === 'function' ? (handle as ListeningHandle) : undefined
}

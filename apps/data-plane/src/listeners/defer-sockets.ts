import type { Server, Socket } from 'node:net'

/** A connection that the kernel has handed over, and of which no socket was made yet: it costs its descriptor and some 100 bytes of the heap. */
export interface Accepted {
  /** Makes its socket: the server emits 'connection'. */
  open(): void
  /** Closes it; the server emits nothing. */
  refuse(): void
}

/** What Node keeps of a listening server: it calls `onconnection` with each connection, and makes the socket there. */
interface ListeningHandle {
  onconnection(error: number, accepted: { close(): void } | undefined): void
}

/**
 * Hands over each connection of `server` when it is accepted, and its socket to `onSocket` when it is opened. Of itself Node makes the
 * socket in the turn in which the connection comes, with 2.5 KB and twice the time of what comes before: for thousands that come
 * together, and wait, that is a turn of the event loop that everybody else feels. Node has no public way to put it off, so this steps
 * between the server and its handle; where that looks different, the socket is made before the connection is handed over.
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
      else
        onAccepted({ open: () => makeSocket.call(handle, error, accepted), refuse: () => accepted.close() })
    }
  })
  server.on('connection', (socket: Socket) => {
    if (deferred) onSocket(socket)
    else onAccepted({ open: () => onSocket(socket), refuse: () => socket.destroy() })
  })
}

function listeningHandle(server: Server): ListeningHandle | undefined {
  const { _handle: handle } = server as { _handle?: Partial<ListeningHandle> }
  return typeof handle?.onconnection === 'function' ? (handle as ListeningHandle) : undefined
}

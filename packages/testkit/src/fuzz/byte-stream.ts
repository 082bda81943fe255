import { connect, type Socket } from 'node:net'

/** One connection of a client that only sends: what comes back is read and thrown away. */
export interface ByteStream {
  write(bytes: Buffer): void
  /** Says goodbye as the transport does it, and lets the server close. */
  end(): void
  /** Cuts the line. */
  destroy(): void
  /** Resolves when the connection is over, whoever ended it. */
  readonly closed: Promise<void>
}

export interface Destination {
  port: number
  host?: string
  /** The address to connect from: each has its own range of ports. */
  localAddress?: string | undefined
}

/** An open TCP connection without delay; an error of it is an ordinary end. */
export async function openSocket({ port, host = '127.0.0.1', localAddress }: Destination): Promise<Socket> {
  const socket = connect({ port, host, noDelay: true, ...(localAddress ? { localAddress } : {}) })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  socket.on('error', () => socket.destroy())
  return socket
}

export async function openTcpStream(destination: Destination): Promise<ByteStream> {
  const socket = await openSocket(destination)
  socket.resume()
  return {
    write: (bytes) => void socket.write(bytes),
    end: () => void socket.end(),
    destroy: () => void socket.destroy(),
    closed: whenClosed(socket)
  }
}

export function whenClosed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    if (socket.closed) resolve()
    else socket.once('close', () => resolve())
  })
}

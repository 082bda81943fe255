import { createServer } from 'node:net'

const loopback = '127.0.0.1'

/** A TCP port that nobody listens on at `host` now. */
export async function freePort(host = loopback): Promise<number> {
  return (await listenOnce(0, host))!
}

/** True when a server could listen on `port` of `host` now. */
export async function isPortFree(port: number, host = loopback): Promise<boolean> {
  return (await listenOnce(port, host)) !== undefined
}

function listenOnce(port: number, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(undefined)
      else reject(error)
    })
    server.listen({ port, host, exclusive: true }, () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : port))
    })
  })
}

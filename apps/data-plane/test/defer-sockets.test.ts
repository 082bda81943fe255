import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { eventually } from '@parley/testkit'
import { afterEach, expect, test } from 'vitest'
import { type Accepted, deferSockets } from '../src/listeners/defer-sockets.js'

const sockets: Socket[] = []
let server: Server
let accepted: Accepted[]
let made: Socket[]

function startServer(): void {
  server = createServer({ pauseOnConnect: true, allowHalfOpen: true })
  accepted = []
  made = []
  deferSockets(
    server,
    (connection) => accepted.push(connection),
    (socket) => made.push(socket)
  )
}

async function listen(): Promise<void> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
}

function connectClient(): Socket {
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1')
  sockets.push(socket)
  socket.on('error', () => undefined)
  return socket
}

const socketsMade = (): Promise<number> =>
  new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error ? reject(error) : resolve(count)))
  })

afterEach(() => {
  for (const socket of [...sockets.splice(0), ...made]) socket.destroy()
  server.close()
})

test('a connection has no socket before it is opened, and loses nothing of what was sent meanwhile', async () => {
  startServer()
  await listen()
  const client = connectClient()
  client.write('early')
  await eventually(() => expect(accepted).toHaveLength(1))
  expect(await socketsMade()).toBe(0)
  accepted[0]!.open()
  expect(made).toHaveLength(1)
  expect(await socketsMade()).toBe(1)
  const [chunk] = await once(made[0]!.resume(), 'data')
  expect(String(chunk)).toBe('early')
  made[0]!.write('answer')
  expect(String((await once(client, 'data'))[0])).toBe('answer')
})

test('one that is refused is closed, and nobody hears of it', async () => {
  startServer()
  await listen()
  const client = connectClient()
  await eventually(() => expect(accepted).toHaveLength(1))
  accepted[0]!.refuse()
  await once(client.resume(), 'close')
  expect(made).toHaveLength(0)
  expect(await socketsMade()).toBe(0)
})

test('one that was reset while it waited has no address when it is opened', async () => {
  startServer()
  await listen()
  const client = connectClient()
  await eventually(() => expect(accepted).toHaveLength(1))
  client.resetAndDestroy()
  await once(client, 'close')
  accepted[0]!.open()
  expect(made[0]!.remoteAddress).toBeUndefined()
})

test('an error of accept is told by the server, and nothing is handed over', async () => {
  startServer()
  await listen()
  const { _handle } = server as unknown as { _handle: { onconnection(error: number): void } }
  const told = once(server, 'error')
  const tooManyFiles = -24
  _handle.onconnection(tooManyFiles)
  expect((await told)[0]).toMatchObject({ code: 'EMFILE', syscall: 'accept' })
  expect(accepted).toHaveLength(0)
})

test('a server that listens again, on another handle, defers there too', async () => {
  startServer()
  await listen()
  server.close()
  await once(server, 'close')
  await listen()
  connectClient()
  await eventually(() => expect(accepted).toHaveLength(1))
  expect(made).toHaveLength(0)
  accepted[0]!.refuse()
})

test('where Node keeps its handle elsewhere, sockets are made at once and handed over when they are opened', async () => {
  startServer()
  const internals = server as unknown as { _handle: unknown }
  let handle: unknown
  server.prependListener('listening', () => {
    handle = internals._handle
    internals._handle = undefined
  })
  server.on('listening', () => {
    internals._handle = handle
  })
  await listen()
  connectClient()
  const refused = connectClient()
  await eventually(() => expect(accepted).toHaveLength(2))
  expect(await socketsMade()).toBe(2)
  expect(made).toHaveLength(0)
  const [first, second] = accepted
  first!.open()
  expect(made).toHaveLength(1)
  second!.refuse()
  await once(refused.resume(), 'close')
  expect(made).toHaveLength(1)
})

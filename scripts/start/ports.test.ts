import { createServer, type Server } from 'node:net'
import { freePort } from '@parley/embedded'
import { expect, onTestFinished, test } from 'vitest'
import { assertPortFree, waitUntilAccepts } from './ports.js'
import { StartError } from './start-error.js'

const host = '127.0.0.1'

async function listen(): Promise<{ server: Server; port: number }> {
  const port = await freePort()
  const server = createServer((socket) => socket.end()).listen(port, host)
  onTestFinished(() => {
    server.close()
  })
  await new Promise((resolve) => server.once('listening', resolve))
  return { server, port }
}

test('a taken port is refused with the sentence that was given', async () => {
  const { port } = await listen()
  const failure = await assertPortFree(port, host, false, 'set X').catch((error) => error)
  expect(failure).toBeInstanceOf(StartError)
  expect(failure.message).toBe('set X')
})

test('a port that a killed start is about to leave is waited for', async () => {
  const { server, port } = await listen()
  setTimeout(() => server.close(), 100)
  await expect(assertPortFree(port, host, true, 'set X')).resolves.toBeUndefined()
})

test('a port is ready when it accepts', async () => {
  const { port } = await listen()
  await expect(waitUntilAccepts(port, host)).resolves.toBeUndefined()
})

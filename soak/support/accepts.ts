import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { SoakError } from './options.js'

const betweenTriesMs = 10
const acceptMsMax = 120_000

/** Resolves when a port of 127.0.0.1 accepts connections. Only asks: binding it would take it from its owner. */
export async function untilAccepts(port: number): Promise<void> {
  const deadline = performance.now() + acceptMsMax
  while (!(await accepts(port))) {
    if (performance.now() > deadline) throw new SoakError(`Port ${port} does not accept connections.`)
    await sleep(betweenTriesMs)
  }
}

/** Whether somebody listens there now. */
export function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' })
    const answer = (value: boolean): void => {
      socket.destroy()
      resolve(value)
    }
    socket.once('connect', () => answer(true))
    socket.once('error', () => answer(false))
  })
}

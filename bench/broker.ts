import { type ChildProcess, spawn } from 'node:child_process'
import { connect } from 'node:net'
import { isAlive, waitUntil } from '@parley/embedded'
import { BenchError } from './bench-error.js'

const acceptTimeoutMs = 10_000
const stopTimeoutMs = 10_000

/** A broker to drive, on the loopback. */
export interface Broker {
  name: string
  port: number
  stop(): Promise<void>
}

/** How a broker's process is started. */
export interface Command {
  program: string
  args: string[]
  env?: NodeJS.ProcessEnv
}

/** Starts a broker's process and waits until its port accepts; ends it again when that does not happen. */
export async function startBroker(name: string, port: number, command: Command): Promise<Broker> {
  const { program, args, env } = command
  const child = spawn(program, args, { stdio: 'ignore', ...(env ? { env } : {}) })
  const broker = { name, port, stop: () => end(child) }
  if (await waitUntil(() => accepts(port), acceptTimeoutMs)) return broker
  await broker.stop()
  throw new BenchError(`${name} did not begin to accept connections within ${acceptTimeoutMs / 1_000} s.`)
}

async function end(child: ChildProcess): Promise<void> {
  child.kill('SIGTERM')
  if (await waitUntil(() => !isAlive(child.pid!), stopTimeoutMs)) return
  child.kill('SIGKILL')
}

function accepts(port: number): Promise<boolean> {
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

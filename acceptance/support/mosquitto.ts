import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { isAlive } from '@parley/embedded'
import type { Cleanups } from './cleanups.js'
import { until } from './conditions.js'
import { Client } from './mqtt-client.js'
import { kill } from './processes.js'

/** After this time a client that waits for a reply gives up by itself: longer than any bound of the tests. */
const giveUpAfterS = 8
const ready = 'ready'

/** False when Debian's mosquitto-clients are missing here. In CI they may not be missing: the tests run, and fail. */
export function mayUseMosquitto(): boolean {
  if (process.env.CI || spawnSync('mosquitto_rr', ['--help']).error === undefined) return true
  console.warn(
    '\n*** SKIPPED: mosquitto_sub and mosquitto_rr are not on PATH. `apt-get install mosquitto-clients` ***\n'
  )
  return false
}

/** A Mosquitto client that runs. */
export class MosquittoClient {
  readonly #child: ChildProcess
  #stdout = ''
  #stderr = ''
  #ended = false
  #failure: Error | undefined

  constructor(program: string, port: number, args: string[], cleanups: Cleanups) {
    this.#child = spawn(program, ['-h', '127.0.0.1', '-p', String(port), ...args], {
      stdio: ['ignore', 'pipe', 'pipe']
    })
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      this.#stdout += chunk
    })
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#stderr += chunk
    })
    this.#child.once('error', (error) => {
      this.#failure = error
    })
    this.#child.once('close', () => {
      this.#ended = true
    })
    cleanups.add(() => this.stop())
  }

  /** The messages that it printed, one a line. */
  get lines(): string[] {
    return this.#stdout.split('\n').filter(Boolean)
  }

  /** Waits until it has printed this line: it has acknowledged the message by then. */
  async prints(text: string): Promise<void> {
    await until(`a Mosquitto client prints "${text}"`, () => {
      if (this.#failure) throw this.#failure
      if (this.#ended) throw new Error(`a Mosquitto client ended: ${this.#stderr}`)
      return this.lines.includes(text)
    })
  }

  /** Waits until it has ended by itself. */
  async ended(): Promise<void> {
    await until('a Mosquitto client ends', () => this.#ended, 2 * giveUpAfterS * 1_000)
  }

  async stop(): Promise<void> {
    const { pid } = this.#child
    if (pid === undefined || this.#ended) return
    kill(pid)
    await until('a Mosquitto client has ended', () => !isAlive(pid))
  }
}

/**
 * `mosquitto_sub` on `cmd/#`, subscribed: it acknowledges and does nothing else. It does not say when it is subscribed, so a
 * retained message tells.
 */
export async function subscribedMosquitto(
  port: number,
  args: string[],
  cleanups: Cleanups
): Promise<MosquittoClient> {
  const herald = await Client.connect(`mqtt://127.0.0.1:${port}`, { version: 4 }, cleanups)
  await herald.retain('cmd/ready', ready)
  const client = new MosquittoClient('mosquitto_sub', port, [...args, '-t', 'cmd/#'], cleanups)
  await client.prints(ready)
  await herald.retain('cmd/ready', '')
  await herald.disconnect()
  return client
}

/** `mosquitto_rr`: publishes one request, prints the first message on its Response Topic and ends. */
export function requestWithMosquitto(port: number, args: string[], cleanups: Cleanups): MosquittoClient {
  return new MosquittoClient('mosquitto_rr', port, [...args, '-W', String(giveUpAfterS)], cleanups)
}

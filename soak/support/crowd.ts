import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import type { CrowdMember } from './crowd-client.js'
import { generatorFlags } from './generator-flags.js'
import { SoakError } from './options.js'

/**
 * The crowd's process gets what the service leaves of the processors: it stands for thousands of devices that have their own. Otherwise
 * the figures would be those of the scheduler, between a node and a client that want the same core.
 */
const givingWay = process.platform === 'linux' ? ['chrt', '--idle', '0'] : ['nice', '-n', '19']

/** What the crowd saw of one storm. */
export interface StormFigures {
  clients: number
  /** Of these, before the last one was in. */
  closed: number
  /** From the first CONNECT to the CONNACK of the last client. */
  tookMs: number
  p50Ms: number
  p99Ms: number
  /** Attempts that were repeated, by reason. */
  failures: [reason: string, times: number][]
}

/** `connect`: all clients come. `cut`: all their lines are cut, and they come again at once. */
export interface CrowdOrder {
  do: 'connect' | 'cut'
  /** With the first order. */
  members?: CrowdMember[]
}

/** Thousands of clients in a process of their own. */
export class Crowd {
  readonly #child: ChildProcess
  #members: CrowdMember[] | undefined

  constructor(members: CrowdMember[]) {
    this.#members = members
    const [program, ...args] = givingWay
    const crowd = [
      process.execPath,
      ...generatorFlags,
      ...process.execArgv,
      join(import.meta.dirname, 'crowd-process.ts')
    ]
    this.#child = spawn(program!, [...args, ...crowd], {
      stdio: ['ignore', 'inherit', 'inherit', 'ipc']
    })
  }

  /** All connect at once. */
  connect(): Promise<StormFigures> {
    return this.#order({ do: 'connect' })
  }

  /** All lines are cut without a goodbye, and all connect again at once. */
  cutAndConnect(): Promise<StormFigures> {
    return this.#order({ do: 'cut' })
  }

  stop(): void {
    if (this.#child.connected) this.#child.disconnect()
  }

  #order(order: CrowdOrder): Promise<StormFigures> {
    const members = this.#members
    this.#members = undefined
    return new Promise((resolve, reject) => {
      const onExit = (): void => reject(new SoakError('The crowd ended before all were in.'))
      this.#child.once('exit', onExit)
      this.#child.once('error', (error) =>
        reject(new SoakError(`The crowd cannot be started: ${error.message}.`))
      )
      this.#child.once('message', (answer: { figures: StormFigures } | { failed: string }) => {
        this.#child.off('exit', onExit)
        if ('failed' in answer) reject(new SoakError(answer.failed))
        else resolve(answer.figures)
      })
      this.#child.send({ ...order, ...(members && { members }) })
    })
  }
}

import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { lastLines } from '@parley/embedded'
import { Backoff } from './backoff.js'
import type { Process } from './environment.js'
import { StartError } from './start-error.js'
import { seconds } from './steps.js'

/** A process that never became ready is given up after so many attempts. */
const firstAttemptsMax = 3
const readyTimeoutMs = 30_000
/** Time for a drain. */
const stopTimeoutMs = 15_000
const logBytesMax = 10 * 1024 * 1024
const crashLines = 12

type Print = (line: string) => void

/**
 * Keeps one child process running. The child says `{ ready: true, port }` on its IPC channel, and ends when that channel
 * closes: so it does not outlive this process, however that ends.
 */
export class Supervised {
  readonly #process: Process
  readonly #logFile: string
  readonly #print: Print
  readonly #backoff = new Backoff()
  #child: ChildProcess | undefined
  #restart: NodeJS.Timeout | undefined
  #stopping = false
  #everReady = false
  #attempts = 0
  readonly #ready = new FirstReady()

  constructor(process: Process, logDir: string, print: Print = console.error) {
    mkdirSync(logDir, { recursive: true })
    this.#process = process
    this.#logFile = join(logDir, `${process.name}.log`)
    this.#print = print
  }

  /** The process id of the child that runs now. */
  get pid(): number | undefined {
    return this.#child?.pid
  }

  /** Starts it and answers the port that it tells when it is ready for the first time. */
  async start(): Promise<number> {
    this.#spawn()
    const timer = setTimeout(() => this.#ready.reject(this.#neverReady('is not ready')), readyTimeoutMs)
    try {
      return await this.#ready.promise
    } finally {
      clearTimeout(timer)
    }
  }

  /** Sets a variable for the starts to come. */
  setVariable(name: string, value: string): void {
    this.#process.env[name] = value
  }

  /** From now on its end is expected: Ctrl-C in a terminal reaches the children as well. */
  noMoreRestarts(): void {
    this.#stopping = true
    clearTimeout(this.#restart)
  }

  /** Asks it to end, waits, and kills it when it does not. */
  async stop(): Promise<void> {
    this.noMoreRestarts()
    this.#ready.reject(new StartError(`${this.#process.name} was stopped.`))
    const child = this.#child
    if (!child || hasEnded(child)) return
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    child.kill('SIGTERM')
    const timer = setTimeout(() => this.kill(), stopTimeoutMs)
    await ended
    clearTimeout(timer)
  }

  /** Ends it at once. */
  kill(): void {
    this.noMoreRestarts()
    this.#child?.kill('SIGKILL')
  }

  #spawn(): void {
    const startedAt = performance.now()
    const logFd = openLog(this.#logFile)
    const logStart = statSync(this.#logFile).size
    const { args, env } = this.#process
    this.#attempts++
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', logFd, logFd, 'ipc'] })
    closeSync(logFd)
    this.#child = child
    child.on('message', (message) => this.#onMessage(message))
    child.once('error', (error) => this.#ready.reject(error))
    child.once('exit', (code, signal) => {
      if (!this.#stopping) this.#died(signal ?? `exit code ${code}`, performance.now() - startedAt, logStart)
    })
  }

  #onMessage(message: unknown): void {
    const { ready, port } = message as { ready?: unknown; port?: unknown }
    if (ready !== true) return
    this.#everReady = true
    this.#ready.resolve(Number(port))
  }

  #died(how: string, uptimeMs: number, logStart: number): void {
    const { name } = this.#process
    const said = lastLines(readFileSync(this.#logFile).subarray(logStart).toString(), crashLines)
    this.#print(`${name} died (${how}) after ${seconds(uptimeMs)}. Its last lines:\n${said}`)
    if (!this.#everReady && this.#attempts >= firstAttemptsMax) {
      this.#ready.reject(this.#neverReady(`died ${this.#attempts} times before it was ready`))
      return
    }
    const delayMs = this.#backoff.delayAfter(uptimeMs)
    this.#print(`Starting ${name} again in ${seconds(delayMs)}.`)
    this.#restart = setTimeout(() => this.#spawn(), delayMs)
  }

  #neverReady(what: string): StartError {
    return new StartError(`${this.#process.name} ${what}: see ${this.#logFile}.`)
  }
}

/** A promise that is settled from outside. */
class FirstReady {
  resolve!: (port: number) => void
  reject!: (error: Error) => void
  readonly promise = new Promise<number>((resolve, reject) => {
    this.resolve = resolve
    this.reject = reject
  })

  constructor() {
    // It may be rejected when nobody waits for it.
    this.promise.catch(() => undefined)
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null
}

/** Appends; a file that has grown large is put aside first. */
function openLog(file: string): number {
  if (existsSync(file) && statSync(file).size > logBytesMax) renameSync(file, `${file}.old`)
  return openSync(file, 'a', 0o600)
}

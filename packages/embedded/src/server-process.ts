import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

export interface ServerCommand {
  command: string
  args: string[]
  env: NodeJS.ProcessEnv
  uid?: number | undefined
  gid?: number | undefined
  logFile: string
  /** A process group of its own: Ctrl-C in the terminal does not reach it. */
  detached: boolean
}

/** A server process that this process started. */
export interface ServerProcess {
  pid: number
  /** False from the moment that it has ended. */
  running(): boolean
  /** What it has written since it was started. */
  log(): string
}

const pollMs = 20

/** Starts a server whose output goes to the end of its log file. */
export async function spawnServer(spec: ServerCommand): Promise<ServerProcess> {
  const logFd = openSync(spec.logFile, 'a')
  const logStart = statSync(spec.logFile).size
  const { command, args, env, uid, gid, detached } = spec
  const ids = uid === undefined ? {} : { uid, gid }
  const child = spawn(command, args, { env, ...ids, detached, cwd: '/', stdio: ['ignore', logFd, logFd] })
  closeSync(logFd)
  await started(child)
  child.unref()
  return {
    pid: child.pid!,
    running: () => child.exitCode === null && child.signalCode === null,
    log: () => readFileSync(spec.logFile).subarray(logStart).toString()
  }
}

function started(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', reject)
  })
}

/** True while the process runs; one that has ended and was not collected yet (a zombie) does not. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  const stat = `/proc/${pid}/stat`
  return !existsSync(stat) || !/\) Z /.test(readFileSync(stat, 'utf8'))
}

/** The command line of a process, or an empty text when there is none. */
export function commandLine(pid: number): string {
  if (process.platform !== 'linux') {
    return spawnSync('ps', ['-o', 'args=', '-p', String(pid)], { encoding: 'utf8' }).stdout?.trim() ?? ''
  }
  const file = `/proc/${pid}/cmdline`
  return existsSync(file) ? readFileSync(file, 'utf8').replaceAll('\0', ' ').trim() : ''
}

/** One step of stopping: a signal and how long to wait for its effect. */
export interface StopStep {
  signal: NodeJS.Signals
  waitMs: number
}

/** Sends one signal after the other until the process is gone. */
export async function stopProcess(pid: number, steps: StopStep[]): Promise<void> {
  for (const { signal, waitMs } of steps) {
    if (!isAlive(pid)) return
    signalProcess(pid, signal)
    if (await waitUntil(() => !isAlive(pid), waitMs)) return
  }
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** Polls `condition` until it holds (true) or the time is over (false). */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  timeoutMs: number
): Promise<boolean> {
  const deadline = performance.now() + timeoutMs
  while (!(await condition())) {
    if (performance.now() > deadline) return false
    await sleep(pollMs)
  }
  return true
}

/** The last lines of a text, for a message. */
export function lastLines(text: string, count = 5): string {
  return text.trimEnd().split('\n').slice(-count).join('\n')
}

import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { commandLine, isAlive, waitUntil } from '@parley/embedded'

/** A process that runs now. */
export interface RunningProcess {
  pid: number
  commandLine: string
}

/**
 * The processes whose command line or environment holds `text`. Everything that is started on a data folder names that
 * folder in one of the two, so this finds what a start has left behind.
 */
export function processesNaming(text: string): RunningProcess[] {
  const found = process.platform === 'linux' ? fromProc(text) : fromPs(text)
  return found
    .filter((pid) => pid !== process.pid && isAlive(pid))
    .map((pid) => ({ pid, commandLine: commandLine(pid) }))
}

/** Ends every process that names `text`, by its id, and answers those that had been there. */
export async function killProcessesNaming(text: string): Promise<RunningProcess[]> {
  const found = processesNaming(text)
  for (const { pid } of found) kill(pid)
  await waitUntil(() => found.every(({ pid }) => !isAlive(pid)), 5_000)
  return found
}

/** `kill -9`; a process that is gone already is fine. */
export function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

function fromProc(text: string): number[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const names = (pid: string): boolean =>
    ['cmdline', 'environ'].some((file) => readProcFile(`/proc/${pid}/${file}`).includes(text))
  return pids.filter(names).map(Number)
}

/** `-E` shows the environment, too. */
function fromPs(text: string): number[] {
  const { stdout } = spawnSync('ps', ['-axEww', '-o', 'pid=,command='], { encoding: 'utf8' })
  const lines = stdout.split('\n').filter((line) => line.includes(text))
  return lines.map((line) => Number.parseInt(line, 10))
}

/** Empty when the process has ended meanwhile, or belongs to another account. */
function readProcFile(path: string): string {
  try {
    return existsSync(path) ? readFileSync(path, 'utf8') : ''
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return ''
    throw error
  }
}

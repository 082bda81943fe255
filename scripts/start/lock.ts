import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { commandLine, isAlive } from '@parley/embedded'
import { StartError } from './start-error.js'

export interface Lock {
  /** True when an earlier start on this folder was killed: what it started may be about to end. */
  healed: boolean
  release(): void
}

const lockFileName = 'npm-start.pid'
const attemptsMax = 3

/** Claims the data folder for this process. A live other start is a `StartError`; a dead one's claim is taken over. */
export function claimFolder(dataDir: string): Lock {
  mkdirSync(dataDir, { recursive: true })
  const file = join(dataDir, lockFileName)
  let healed = false
  for (let attempt = 1; attempt <= attemptsMax; attempt++) {
    if (create(file)) return { healed, release: () => release(file) }
    const holder = readHolder(file)
    if (holder && isHolding(holder)) break
    rmSync(file, { force: true })
    healed = true
  }
  throw new StartError(
    `Another npm start (process ${readHolder(file)?.pid}) uses ${dataDir}: stop it, or set PARLEY_DATA_DIR to another folder.`
  )
}

/** Written in full under another name, then linked: nobody ever reads half of it. */
function create(file: string): boolean {
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, `${process.pid}\n${commandLine(process.pid)}\n`)
  try {
    linkSync(draft, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return false
  } finally {
    rmSync(draft, { force: true })
  }
}

interface Holder {
  pid: number
  commandLine: string
}

function readHolder(file: string): Holder | undefined {
  try {
    const [pid, line] = readFileSync(file, 'utf8').split('\n')
    return { pid: Number(pid), commandLine: line ?? '' }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return undefined
  }
}

/** The number alone may have gone to another program since. */
function isHolding(holder: Holder): boolean {
  return holder.pid > 0 && isAlive(holder.pid) && commandLine(holder.pid) === holder.commandLine
}

function release(file: string): void {
  if (readHolder(file)?.pid === process.pid) rmSync(file, { force: true })
}

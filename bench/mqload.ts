import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { BenchError } from './bench-error.js'

/** Requests on the way when the clock stops are no loss: a share of them may differ. */
const unmatchedMax = 0.02

/** What one run of the load generator measured. */
export interface LoadResult {
  messagesPerS: number
  p50Us: number
  p99Us: number
  /** Refused or closed connections, clients that never became ready, and one if requests and replies do not match. */
  errors: number
}

/** The load generator that MQLOAD names; its source lies outside this repository. */
export function findMqload(): string {
  const path = process.env.MQLOAD
  if (!path) throw new BenchError('Set MQLOAD to the path of the compiled mqload binary, the load generator.')
  try {
    accessSync(path, constants.X_OK)
  } catch (error) {
    throw new BenchError(
      `MQLOAD names ${path}, which cannot be run (${(error as NodeJS.ErrnoException).code}).`
    )
  }
  return path
}

/** Drives the broker at `port` of the loopback once. */
export async function runMqload(binary: string, port: number, args: string[]): Promise<LoadResult> {
  const output = await outputOf(binary, ['-P', String(port), ...args])
  const value = (name: string): number => {
    const text = new RegExp(`\\b${name}=([0-9.]+)`).exec(output)?.[1]
    if (text === undefined) throw new BenchError(`mqload printed no ${name}:\n${output}`)
    return Number(text)
  }
  const messagesPerS = value('recv_per_s')
  const notReady = value('clients') - value('ready')
  const sentPerS = value('sent_per_s')
  const unmatched = messagesPerS > 0 && Math.abs(sentPerS / messagesPerS - 1) < unmatchedMax ? 0 : 1
  return {
    messagesPerS,
    p50Us: value('p50_us'),
    p99Us: value('p99_us'),
    errors: value('errors') + value('closed') + notReady + unmatched
  }
}

function outputOf(binary: string, args: string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(binary, args, { stdio: ['ignore', 'pipe', 'inherit'] })
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk
    })
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve(output)
      else reject(new BenchError(`mqload ended with exit code ${code}:\n${output}`))
    })
  })
}

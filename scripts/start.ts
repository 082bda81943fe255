// `npm start`: Postgres, Redis, the API and a data-plane node on this machine, with a demo tenant to try.
// scripts/start/start-steps.ts says what happens in which order.
import { dirname } from 'node:path'
import { MigrationFailedError } from '@parley/database'
import { EmbeddedServerError } from '@parley/embedded'
import { banner } from './start/banner.js'
import { readSettings } from './start/environment.js'
import { hurry, type Run, stopRun } from './start/run.js'
import { StartError } from './start/start-error.js'
import { startSteps } from './start/start-steps.js'
import { runSteps } from './start/steps.js'

const root = dirname(import.meta.dirname)
let run: Run | undefined

process.on('SIGINT', onStopSignal)
process.on('SIGTERM', onStopSignal)
process.on('SIGHUP', onStopSignal)

try {
  run = { settings: readSettings(root), stopping: false }
  await runSteps(startSteps, run, () => run!.stopping)
  // Timed from the start of this process.
  if (!run.stopping) console.log(banner(run.dev!, run.settings, performance.now()))
} catch (error) {
  // What a step says while all is being stopped is of no interest.
  if (!run?.stopping) await fail(error)
}

async function onStopSignal(): Promise<void> {
  if (!run) process.exit(0)
  if (run.stopping) return hurry(run)
  console.log('\nStopping: the data plane first.')
  await stopRun(run)
  process.exit(0)
}

async function fail(error: unknown): Promise<never> {
  const explained = [StartError, EmbeddedServerError, MigrationFailedError].some(
    (type) => error instanceof type
  )
  console.error(explained ? (error as Error).message : error)
  if (run) await stopRun(run)
  process.exit(1)
}

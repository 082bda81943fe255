// `npm run bench:persistent`: persistent sessions at QoS 1 in Parley and in stock Aedes with its Redis plug-ins, in turn,
// under the same load (bench/README.md).
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BenchError } from './bench-error.js'
import { runMqload } from './mqload.js'
import { startParley } from './parley.js'
import type { PersistentBroker } from './persistent-broker.js'
import { checkSessions } from './session-check.js'
import { readSettings, type Settings } from './settings.js'
import { startStockAedes } from './stock-aedes.js'
import { heading, line, medianRate, type Run, summary } from './table.js'

const pairs = 20
const load = ['-m', 'pair', '-n', String(pairs), '-q', '1', '-b', '64', '-w', '10', '-v', '4', '-C']
const ratioMin = 3

try {
  const runs = await compare(readSettings())
  if (runs.some((run) => run.errors > 0)) throw new BenchError('There were errors: the figures do not count.')
  const ratio = medianRate(runs, 'Parley') / medianRate(runs, 'Aedes')
  if (ratio < ratioMin) throw new BenchError(`Parley must be at least ${ratioMin} times as fast.`)
} catch (error) {
  console.error(error instanceof BenchError ? error.message : error)
  process.exitCode = 1
}

async function compare(settings: Settings): Promise<Run[]> {
  const dir = mkdtempSync(join(tmpdir(), 'parley-bench-'))
  const brokers: PersistentBroker[] = []
  try {
    brokers.push(await startParley(join(dir, 'parley')))
    brokers.push(await startStockAedes(join(dir, 'aedes')))
    for (const broker of brokers) await checkSessions(broker)
    console.log('Sessions of both were found again after a restart, with all messages.')
    return await runAll(brokers, settings)
  } finally {
    for (const broker of brokers) await broker.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}

async function runAll(brokers: PersistentBroker[], { mqload, seconds, rounds }: Settings): Promise<Run[]> {
  const runs: Run[] = []
  console.log(heading())
  for (let round = 1; round <= rounds; round++) {
    for (const broker of brokers) {
      // Topics of its own: the sessions of the rounds before stay, and would get every message, too.
      const prefix = `round-${round}`
      const args = [...load, '-t', prefix, '-d', String(seconds)]
      const result = await runMqload(mqload, broker.port, args)
      const run = { round, broker: broker.name, ...result }
      runs.push(run)
      console.log(line(run))
      await checkStored(broker, prefix)
    }
  }
  const names = brokers.map(({ name }) => name)
  console.log(`\n${summary(runs, names)}`)
  return runs
}

/** The sessions that were measured are in Redis. */
async function checkStored(broker: PersistentBroker, prefix: string): Promise<void> {
  const sessions = await broker.storedSessions(`${prefix}-`)
  if (sessions !== pairs) {
    throw new BenchError(`${broker.name} has ${sessions} of the ${pairs} measured sessions in Redis.`)
  }
}

// `npm run bench:reqrep`: Request/Response in Parley and in Mosquitto, in turn, under the same load (bench/README.md).
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BenchError } from './bench-error.js'
import type { Broker } from './broker.js'
import { startMosquitto } from './mosquitto.js'
import { runMqload } from './mqload.js'
import { startParley } from './parley.js'
import { readSettings, type Settings } from './settings.js'
import { heading, line, type Run, summary } from './table.js'

const load = ['-m', 'reqrep', '-n', '20', '-q', '1', '-w', '10', '-v', '5']

try {
  const runs = await compare(readSettings())
  if (runs.some((run) => run.errors > 0)) throw new BenchError('There were errors: the figures do not count.')
} catch (error) {
  console.error(error instanceof BenchError ? error.message : error)
  process.exitCode = 1
}

async function compare({ mqload, seconds, rounds }: Settings): Promise<Run[]> {
  const dir = mkdtempSync(join(tmpdir(), 'parley-bench-'))
  // Mosquitto, started by root, reads its file under another account.
  chmodSync(dir, 0o755)
  const brokers: Broker[] = []
  try {
    brokers.push(await startParley(join(dir, 'parley')))
    const mosquitto = await startMosquitto(join(dir, 'mosquitto'))
    if (mosquitto) brokers.push(mosquitto)
    else console.error('mosquitto is not on PATH: Parley runs alone.')
    return await runAll(brokers, mqload, { seconds, rounds })
  } finally {
    for (const broker of brokers) await broker.stop()
    rmSync(dir, { recursive: true, force: true })
  }
}

async function runAll(
  brokers: Broker[],
  mqload: string,
  { seconds, rounds }: { seconds: number; rounds: number }
): Promise<Run[]> {
  const runs: Run[] = []
  console.log(heading())
  for (let round = 1; round <= rounds; round++) {
    for (const { name, port } of brokers) {
      // Only Parley answers for its responders.
      const responders = name === 'Parley' ? [] : ['-R']
      const result = await runMqload(mqload, port, [...load, ...responders, '-d', String(seconds)])
      const run = { round, broker: name, ...result }
      runs.push(run)
      console.log(line(run))
    }
  }
  const names = brokers.map(({ name }) => name)
  console.log(`\n${summary(runs, names)}`)
  return runs
}

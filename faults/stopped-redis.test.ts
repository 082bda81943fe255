import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { CleanPair } from './support/clean-pair.js'
import { Load } from './support/load.js'
import { expectNothingLost, printFigures } from './support/report.js'
import { FaultService } from './support/service.js'
import { StoreProbes } from './support/store-probes.js'

const inFlight = 1_000
/** Longer than a command of the data plane waits for Redis, so that each is sent again. */
const outageMs = 10_000
/** What had been stored is acknowledged by then. */
const settleMs = 1_000
const cleanRoundsMin = 300

it('a Redis that hangs, and one that is stopped, for 10 s: nothing is acknowledged before it is stored', async () => {
  const service = await FaultService.start()
  const load = await Load.open(service, inFlight)
  const pair = await CleanPair.start(service.mqttPort)
  const probes = await StoreProbes.open(service.mqttPort)
  load.start()
  await load.answers(1_000)
  const hanging = await outage(load, pair, probes, {
    begin: () => service.freezeRedis(),
    end: async () => service.thawRedis()
  })
  await load.answers(1_000)
  const stopped = await outage(load, pair, probes, {
    begin: () => service.stopRedis(),
    end: () => service.startRedis()
  })
  await load.answers(1_000)
  const figures = await load.finish()
  printFigures('Redis away for 10 s, twice', {
    'clean messages while it hung': hanging,
    'clean messages while stopped': stopped,
    ...figures
  })
  expect(Math.min(hanging, stopped)).toBeGreaterThan(cleanRoundsMin)
  expect(pair.connects, 'clean sessions kept their connections').toBe(2)
  expect(service.starts).toBe(1)
  expectNothingLost(figures)
})

/** Answers how many clean messages came meanwhile. */
async function outage(
  load: Load,
  pair: CleanPair,
  probes: StoreProbes,
  { begin, end }: { begin(): Promise<void>; end(): Promise<void> }
): Promise<number> {
  await probes.prepare()
  await begin()
  const cleanBefore = pair.rounds
  probes.send()
  await sleep(settleMs)
  const { acknowledged } = load
  await sleep(outageMs - settleMs)
  expect(probes.answers(), 'answers without the store').toEqual([])
  const clean = pair.rounds - cleanBefore
  expect(load.acknowledged, 'acknowledged without the store').toBe(acknowledged)
  await end()
  expect(await probes.answered()).toEqual(['qos 1', 'qos 2'])
  return clean
}

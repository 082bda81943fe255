import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { Load } from './support/load.js'
import { chooseSeed, randomNumbers } from './support/random.js'
import { expectNothingLost, printFigures } from './support/report.js'
import { FaultService } from './support/service.js'

const inFlight = 400
const kills = 10
/** From one kill to the next: the shortest comes while the data plane still starts. */
const pauseMinMs = 500
const pauseMaxMs = 4_500

it('ten kills of the data plane at random moments lose nothing that was acknowledged', async () => {
  const seed = chooseSeed()
  console.log(`FAULT_SEED=${seed}`)
  const random = randomNumbers(seed)
  const service = await FaultService.start()
  const load = await Load.open(service, inFlight)
  load.start()
  for (let kill = 0; kill < kills; kill++) {
    await sleep(pauseMinMs + random() * (pauseMaxMs - pauseMinMs))
    await service.killNode()
  }
  await load.answers(1_000)
  const figures = await load.finish()
  printFigures(`${kills} kills of the data plane, seed ${seed}`, figures)
  expect(service.starts).toBe(kills + 1)
  expectNothingLost(figures)
})

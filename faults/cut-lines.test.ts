import { setTimeout as sleep } from 'node:timers/promises'
import { it } from 'vitest'
import { Load } from './support/load.js'
import { chooseSeed, randomNumbers } from './support/random.js'
import { expectNothingLost, printFigures } from './support/report.js'
import { FaultService } from './support/service.js'

const inFlight = 1_000
const cuts = 400
const pauseMaxMs = 20

it('connections that are cut at random moments lose nothing that was acknowledged', async () => {
  const seed = chooseSeed()
  console.log(`FAULT_SEED=${seed}`)
  const random = randomNumbers(seed)
  const service = await FaultService.start()
  const load = await Load.open(service, inFlight)
  load.start()
  await load.answers(500)
  const { clients } = load
  for (let cut = 0; cut < cuts; cut++) {
    clients[Math.floor(random() * clients.length)]!.cut()
    await sleep(random() * pauseMaxMs)
  }
  await load.answers(500)
  const figures = await load.finish()
  printFigures(`${cuts} cuts of connections, seed ${seed}`, figures)
  expectNothingLost(figures)
})

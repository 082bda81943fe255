import { expect, it } from 'vitest'
import { Load } from './support/load.js'
import { expectNothingLost, printFigures } from './support/report.js'
import { FaultService } from './support/service.js'

const inFlight = 1_000

it('a killed data plane loses nothing that was acknowledged', async () => {
  const service = await FaultService.start()
  const load = await Load.open(service, inFlight)
  load.start()
  await load.answers(2_000)
  const atKill = { inFlightAtKill: load.inFlight, acknowledgedAtKill: load.acknowledged }
  await service.killNode()
  await load.answers(3_000)
  const figures = await load.finish()
  printFigures('kill -9 of the data plane', { ...atKill, ...figures })
  expect(atKill.inFlightAtKill).toBeGreaterThanOrEqual(inFlight)
  expectNothingLost(figures)
})

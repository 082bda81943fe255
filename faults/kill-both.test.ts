import { expect, it } from 'vitest'
import { Load } from './support/load.js'
import { expectNothingLost, printFigures } from './support/report.js'
import { FaultService } from './support/service.js'

const inFlight = 1_000

it('a data plane and a Redis that are killed together lose nothing that was acknowledged', async () => {
  const service = await FaultService.start()
  const load = await Load.open(service, inFlight)
  load.start()
  await load.answers(2_000)
  const atKill = { inFlightAtKill: load.inFlight, acknowledgedAtKill: load.acknowledged }
  await Promise.all([service.killNode(), service.killRedis()])
  // The data plane is up before Redis is: it knows its instance from its disk.
  await service.nodeReady()
  await service.startRedis()
  await load.answers(2_000)
  const figures = await load.finish()
  printFigures('kill -9 of both', { ...atKill, ...figures })
  expect(service.starts).toBe(2)
  expectNothingLost(figures)
})

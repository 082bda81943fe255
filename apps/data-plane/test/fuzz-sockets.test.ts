import { setTimeout as sleep } from 'node:timers/promises'
import { cleanUp, type MqttProbe } from '@parley/testkit'
import {
  type FuzzTotals,
  fuzzConnection,
  newTotals,
  openTcpStream,
  openWebSocketStream,
  Random
} from '@parley/testkit/fuzz'
import { describe, expect, it } from 'vitest'
import { startInstance, type TestInstance } from './support/data-plane.js'

/** The long run is `npm run soak:sockets`. */
const mutatedPackets = 600
const lanes = 8
const betweenNumbersMs = 5
const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 0x7fff_ffff)

interface Pair {
  publisher: MqttProbe
  subscriber: MqttProbe
}

async function quietPair(instance: TestInstance): Promise<Pair> {
  const subscriber = await instance.connect({ level: 5, clientId: 'quiet-subscriber' })
  await subscriber.subscribe('quiet/place', 1)
  return { publisher: await instance.connect({ clientId: 'quiet-publisher' }), subscriber }
}

/** One numbered message from the one to the other; it must be the next thing that comes. */
async function sayNumber({ publisher, subscriber }: Pair, number: number): Promise<void> {
  expect(await publisher.publish('quiet/place', String(number), { qos: 1 })).toBe(0)
  expect((await subscriber.receive()).payload.toString()).toBe(String(number))
}

describe(`clients that send broken packets (FUZZ_SEED=${seed})`, () => {
  it.each([
    { way: 'TCP', webSocket: false },
    { way: 'WebSocket', webSocket: true }
  ])('over $way are closed where they break the rules, and nobody else notices', async ({ webSocket }) => {
    const instance = await startInstance({ limits: { sessionExpiryMaxS: 1 } })
    cleanUp(() => instance.sweepIn(60_000))
    const pair = await quietPair(instance)
    const totals = newTotals()
    const random = new Random(seed)
    const attack = Promise.all(Array.from({ length: lanes }, () => lane(instance, random, totals, webSocket)))
    let number = 0
    while (totals.mutated < mutatedPackets) {
      await sayNumber(pair, number++)
      await sleep(betweenNumbersMs)
    }
    await attack
    await sayNumber(pair, number)
    expect(totals.leftOpen).toEqual([])
    expect(totals.violations).toBeGreaterThan(totals.connections / 4)
    expect([pair.publisher.isClosed, pair.subscriber.isClosed]).toEqual([false, false])
    await pair.subscriber.expectNothing()
    expect(instance.drops('internal_error')).toBe(0)
  })
})

async function lane(
  instance: TestInstance,
  random: Random,
  totals: FuzzTotals,
  webSocket: boolean
): Promise<void> {
  while (totals.mutated < mutatedPackets) {
    const stream = webSocket
      ? await openWebSocketStream({ port: instance.plane.edgePort }, `/${instance.id}/mqtt`, random)
      : await openTcpStream({ port: instance.port })
    const { packetBytesMax } = instance.plane.directory.instance(instance.id)!.settings.limits
    await fuzzConnection(stream, random, totals, packetBytesMax)
  }
}

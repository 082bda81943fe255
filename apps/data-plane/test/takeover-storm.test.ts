import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { connectRedis } from '@parley/config-feed'
import type { ProtocolLevel } from '@parley/mqtt-wire'
import { cleanUpFile, createTestRedis, eventually, MqttProbe, type TestRedis } from '@parley/testkit'
import { Random } from '@parley/testkit/fuzz'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TestDataPlane, type TestInstance } from './support/data-plane.js'
import { levels } from './support/versions.js'

let redis: TestRedis
beforeAll(async () => {
  redis = await createTestRedis()
})
afterAll(async () => {
  await cleanUpFile()
  await redis.end()
})

const stores = ['memory', 'Redis'] as const
const clientIds = ['a', 'b', 'c']
const connects = 150
const atOnce = 12
const pauseMsMax = 4

async function startInstance(store: (typeof stores)[number]): Promise<TestInstance> {
  if (store === 'memory') return (await TestDataPlane.start()).instance()
  const sessions = connectRedis(redis.url, pino({ level: 'silent' }), 'sessions')
  await once(sessions, 'ready')
  const plane = await TestDataPlane.start({ sessions })
  plane.onStop(async () => sessions.disconnect())
  return plane.instance()
}

/** Connects, with all that may follow, and goes at a moment of its own, perhaps before it was answered. */
async function come(instance: TestInstance, random: Random): Promise<void> {
  const client = await MqttProbe.open(instance.port)
  const level: ProtocolLevel = levels[random.below(levels.length)]!
  const cleanStart = random.oneIn(3)
  client.sendConnect({
    level,
    clientId: clientIds[random.below(clientIds.length)]!,
    cleanStart,
    will: { topic: 'wills', payload: 'x', qos: 1 },
    ...(level === 5 && { properties: { sessionExpiryInterval: random.oneIn(3) ? 0 : 600 } })
  })
  if (random.oneIn(2)) client.send(client.publishPacket('kept', 'x', { qos: random.oneIn(2) ? 1 : 2 }))
  await sleep(random.below(pauseMsMax))
  if (random.oneIn(3)) await client.disconnect()
  else await client.destroy()
}

describe.each(stores)(
  'clients of three client ids that come, take over and go at any moment, sessions in %s',
  (store) => {
    it.each([1, 2, 3])(
      'leave one connection and one session each, and what was for them (seed %i)',
      async (seed) => {
        const random = new Random(seed)
        const instance = await startInstance(store)
        const watcher = await instance.connect({ clientId: 'watcher', autoAck: true })
        await watcher.subscribe(['kept', 'wills'], 2)
        for (let done = 0; done < connects; done += atOnce) {
          await Promise.all(Array.from({ length: atOnce }, () => come(instance, random)))
        }
        const { broker } = instance
        await eventually(() => expect(Object.keys(broker.clients)).toEqual(['watcher']))
        await eventually(() => expect(broker.connections.size).toBe(1))
        expect(broker.connectedClients).toBe(1)
        for (const clientId of clientIds) {
          const first = await instance.connect({
            clientId,
            level: 5,
            cleanStart: true,
            properties: { sessionExpiryInterval: 600 }
          })
          expect(first.connack.sessionPresent).toBe(false)
          await first.subscribe(`for/${clientId}`, 2)
          await first.destroy()
          await watcher.publish(`for/${clientId}`, 'once', { qos: 2 })
          const back = await instance.connect({
            clientId,
            level: 5,
            cleanStart: false,
            properties: { sessionExpiryInterval: 0 }
          })
          expect(back.connack.sessionPresent).toBe(true)
          expect((await back.receive()).payload.toString()).toBe('once')
          await back.expectNothing()
          await back.disconnect()
        }
        await eventually(() => expect(broker.index.match('for/a').entries).toEqual([]))
        expect(broker.connectedClients).toBe(1)
        expect(instance.drops('internal_error')).toBe(0)
      }
    )
  }
)

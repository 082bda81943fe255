import type { Qos } from '@parley/mqtt-wire'
import { cleanUpFile, eventually } from '@parley/testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startInstance, type TestInstance } from '../support/data-plane.js'
import { allQos } from '../support/versions.js'
import { mosquittoSides } from './mosquitto-side.js'
import { mqttJsSides } from './mqtt-js-side.js'
import { pahoSides } from './paho-side.js'
import type { Exchanged, Side } from './side.js'

const sides = [...mqttJsSides, ...mosquittoSides, ...pahoSides]
/** What is missing on a developer's machine is skipped; in CI it may not be missing. */
const present = sides.filter(({ installed }) => installed || process.env.CI)

const topicFilter = 'x/+/+'
const endTopic = 'x/end/all'
const exchangeTimeoutMs = 15_000

const topicOf = (publisher: Side, qos: Qos): string => `x/${sides.indexOf(publisher)}/${qos}`

/** What one side publishes: once at every QoS. The remaining length takes two bytes, and the payload is not only ASCII. */
function messagesOf(publisher: Side): Exchanged[] {
  return allQos.map((qos) => ({
    topic: topicOf(publisher, qos),
    payload: `${publisher.name}, QoS ${qos}: 温度 21 °C ${'.'.repeat(200)}`,
    qos
  }))
}

interface Receiver {
  side: Side
  qos: Qos
  received: () => readonly Exchanged[]
}

async function openReceivers(instance: TestInstance): Promise<Receiver[]> {
  const asked = present.flatMap((side) => allQos.map((qos) => ({ side, qos })))
  const receivers = await Promise.all(
    asked.map(async ({ side, qos }) => ({
      side,
      qos,
      received: await side.receive(instance, topicFilter, qos)
    }))
  )
  const subscribed = (): number => instance.broker.index.match(endTopic).entries.length
  await eventually(() => expect(subscribed()).toBe(receivers.length), { message: 'all are subscribed' })
  return receivers
}

/** Everybody publishes to everybody. After the last message one more comes: then nothing is on its way twice. */
async function exchange(instance: TestInstance): Promise<Receiver[]> {
  const receivers = await openReceivers(instance)
  await Promise.all(present.map((side) => side.publish(instance, messagesOf(side))))
  const expected = present.length * allQos.length
  await eventually(
    () => {
      for (const { side, qos, received } of receivers) {
        expect(received().length, `${side.name} at QoS ${qos}`).toBeGreaterThanOrEqual(expected)
      }
    },
    { message: 'everything is received', timeoutMs: exchangeTimeoutMs }
  )
  const last = await instance.connect()
  await last.publish(endTopic, 'end', { qos: 2 })
  await eventually(() => {
    for (const { received } of receivers) expect(received().at(-1)?.topic).toBe(endTopic)
  })
  return receivers
}

let receivers: Receiver[] = []
beforeAll(async () => {
  for (const { name, installed } of present) expect(installed, `${name} is installed`).toBe(true)
  receivers = await exchange(await startInstance())
})
afterAll(cleanUpFile)

describe.each(sides.map((publisher) => ({ publisher, from: publisher.name })))('$from', ({ publisher }) => {
  for (const subscriber of sides) {
    const missing = !present.includes(publisher) || !present.includes(subscriber)
    it.skipIf(missing)(`reaches ${subscriber.name} at every pair of QoS, once`, () => {
      const topics = allQos.map((qos) => topicOf(publisher, qos))
      for (const granted of allQos) {
        const receiver = receivers.find(({ side, qos }) => side === subscriber && qos === granted)!
        const got = receiver.received().filter(({ topic }) => topics.includes(topic))
        const expected = messagesOf(publisher).map((message) => ({
          ...message,
          qos: Math.min(message.qos, granted)
        }))
        expect(got.sort((one, other) => one.topic.localeCompare(other.topic))).toEqual(expected)
      }
    })
  }
})

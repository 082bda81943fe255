import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Admission } from '../src/listeners/admission.js'
import { traffic } from '../src/ops/traffic.js'

const crowd = 20_000

/** Lets a crowd of this instance wait; tells how many were begun. */
function fill(admission: Admission, instanceId: string): { begun: number } {
  const counted = { begun: 0 }
  for (let i = 0; i < crowd; i++) admission.admit(instanceId, () => counted.begun++)
  return counted
}

test('a connection that comes alone is begun at once, and so is the next one', async () => {
  const admission = new Admission()
  for (const times of [1, 2]) {
    let begun = 0
    admission.admit('mqtt-a', () => begun++)
    expect(begun, `time ${times}`).toBe(1)
    await sleep(20)
  }
})

test('of a crowd few are begun at once, and all of them in the end, in their order', async () => {
  const admission = new Admission()
  const begun: number[] = []
  for (let i = 0; i < 1_000; i++) admission.admit('mqtt-a', () => begun.push(i))
  expect(begun.length).toBeLessThan(20)
  while (begun.length < 1_000) await sleep(10)
  expect(begun).toEqual(Array.from({ length: 1_000 }, (_, i) => i))
})

/** How many of a crowd are begun in 300 ms of turns that take the loop 10 ms each, while somebody publishes or nobody does. */
async function begunInLongTurns(publishes: boolean): Promise<number> {
  const counted = fill(new Admission(), 'mqtt-a')
  const endsAt = performance.now() + 300
  while (performance.now() < endsAt) {
    if (publishes) traffic.messagesIn++
    const turnEndsAt = performance.now() + 10
    while (performance.now() < turnEndsAt);
    await new Promise(setImmediate)
  }
  return counted.begun
}

test('while somebody publishes, fewer are begun when the event loop has no time; but 500 a second are', async () => {
  const admission = fill(new Admission(), 'mqtt-a')
  const endsAt = performance.now() + 300
  while (performance.now() < endsAt) {
    traffic.messagesIn++
    await sleep(10)
  }
  const busy = await begunInLongTurns(true)
  expect(busy).toBeGreaterThan(120)
  expect(busy).toBeLessThan(200)
  expect(admission.begun).toBeGreaterThan(busy * 3)
})

test('while nobody publishes, a busy event loop is no reason to wait', async () => {
  const served = await begunInLongTurns(true)
  expect(await begunInLongTurns(false)).toBeGreaterThan(served * 1.5)
})

test('the crowd of one instance does not keep a client of another waiting', async () => {
  const admission = new Admission()
  const counted = fill(admission, 'mqtt-a')
  let begun = false
  admission.admit('mqtt-b', () => {
    begun = true
  })
  while (!begun) await sleep(1)
  expect(counted.begun).toBeLessThan(200)
})

test('of one instance only so many may wait, and another one has room of its own', () => {
  const admission = new Admission()
  fill(admission, 'mqtt-a')
  const nobody = () => expect.unreachable()
  let admitted = 0
  while (admission.admit('mqtt-a', nobody)) admitted++
  expect(admitted).toBeLessThan(20)
  expect(admission.admit('mqtt-b', () => undefined)).toBe(true)
})

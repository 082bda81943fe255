import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Admission } from '../src/listeners/admission.js'
import { traffic } from '../src/ops/traffic.js'

const crowd = 20_000
/** So few that the least that is begun is enough for them. */
const smallCrowd = 3_500
const waitingMax = 20_000
const nothing = () => undefined

function admit(
  admission: Admission,
  instanceId: string,
  begin: () => void,
  dismiss: () => void = nothing
): boolean {
  return admission.admit({ instanceId, begin, dismiss }, waitingMax)
}

/** Lets a crowd of this instance wait; tells how many were begun. */
function fill(admission: Admission, instanceId: string, clients = crowd): { begun: number } {
  const counted = { begun: 0 }
  for (let i = 0; i < clients; i++) admit(admission, instanceId, () => counted.begun++)
  return counted
}

test('a connection that comes alone is begun at once, and so is the next one', async () => {
  const admission = new Admission()
  for (const times of [1, 2]) {
    let begun = 0
    admit(admission, 'mqtt-a', () => begun++)
    expect(begun, `time ${times}`).toBe(1)
    await sleep(20)
  }
})

test('of a crowd few are begun at once, and all of them in the end, in their order', async () => {
  const admission = new Admission()
  const begun: number[] = []
  for (let i = 0; i < 1_000; i++) admit(admission, 'mqtt-a', () => begun.push(i))
  expect(begun.length).toBeLessThan(20)
  while (begun.length < 1_000) await sleep(10)
  expect(begun).toEqual(Array.from({ length: 1_000 }, (_, i) => i))
})

/** How many of a crowd are begun in 300 ms of turns that take the loop 10 ms each, while somebody publishes or nobody does. */
async function begunInLongTurns(publishes: boolean): Promise<number> {
  const counted = fill(new Admission(), 'mqtt-a', smallCrowd)
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
  const idle = fill(new Admission(), 'mqtt-a', smallCrowd)
  const endsAt = performance.now() + 300
  while (performance.now() < endsAt) {
    traffic.messagesIn++
    await sleep(10)
  }
  const begunInIdle = idle.begun
  const busy = await begunInLongTurns(true)
  expect(busy).toBeGreaterThan(120)
  expect(busy).toBeLessThan(200)
  expect(begunInIdle).toBeGreaterThan(busy * 3)
})

test('while nobody publishes, a busy event loop is no reason to wait', async () => {
  const served = await begunInLongTurns(true)
  expect(await begunInLongTurns(false)).toBeGreaterThan(served * 1.5)
})

test('the crowd of one instance does not keep a client of another waiting', async () => {
  const admission = new Admission()
  const counted = fill(admission, 'mqtt-a')
  let begun = false
  admit(admission, 'mqtt-b', () => {
    begun = true
  })
  while (!begun) await sleep(1)
  expect(counted.begun).toBeLessThan(200)
})

test('however busy the loop is, who waits is begun before it gives up', async () => {
  const admission = new Admission()
  const first = fill(admission, 'mqtt-a')
  const begunBefore = first.begun
  const endsAt = performance.now() + 1_000
  while (performance.now() < endsAt) {
    traffic.messagesIn++
    const turnEndsAt = performance.now() + 10
    while (performance.now() < turnEndsAt);
    await new Promise(setImmediate)
  }
  // All 20,000 within 8 s.
  expect(first.begun - begunBefore).toBeGreaterThan(20_000 / 8 / 1.5)
})

test('after a long stop not everything that was missed is begun at once', async () => {
  const admission = new Admission()
  const counted = fill(admission, 'mqtt-a')
  traffic.messagesIn++
  await sleep(4)
  const before = counted.begun
  const turnEndsAt = performance.now() + 1_000
  while (performance.now() < turnEndsAt);
  await new Promise(setImmediate)
  await new Promise(setImmediate)
  expect(counted.begun - before).toBeLessThan(250)
})

test('of one instance only so many may wait, and another one has room of its own', () => {
  const admission = new Admission()
  fill(admission, 'mqtt-a')
  let admitted = 0
  while (admit(admission, 'mqtt-a', nothing)) admitted++
  expect(admitted).toBeLessThan(20)
  expect(admit(admission, 'mqtt-b', () => undefined)).toBe(true)
  admission.dismiss('mqtt-b')
})

test('of all instances only so many may wait', () => {
  const admission = new Admission()
  for (const instanceId of ['mqtt-a', 'mqtt-b']) fill(admission, instanceId)
  let admitted = 0
  while (admit(admission, `mqtt-${admitted}`, nothing)) admitted++
  expect(admitted).toBeLessThan(40)
})

test('who waits for an instance that ended is dismissed, and nobody else', async () => {
  const admission = new Admission()
  const other = fill(admission, 'mqtt-b')
  let begun = 0
  let dismissed = 0
  for (let i = 0; i < 100; i++) {
    admit(
      admission,
      'mqtt-a',
      () => begun++,
      () => dismissed++
    )
  }
  admission.dismiss('mqtt-a')
  expect([begun, dismissed]).toEqual([0, 100])
  await sleep(50)
  expect([begun, dismissed]).toEqual([0, 100])
  expect(other.begun).toBeGreaterThan(10)
  expect(admit(admission, 'mqtt-a', () => begun++)).toBe(true)
})

import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Admission } from '../src/listeners/admission.js'
import { traffic } from '../src/ops/traffic.js'
import { SimulatedLoop } from './support/simulated-loop.js'

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

/** How many of a crowd are begun in `ms` of a loop that does `turn` again and again. */
function begunIn(
  ms: number,
  clients: number,
  turn: (loop: SimulatedLoop) => void,
  loop = new SimulatedLoop()
): number {
  const counted = fill(new Admission(loop), 'mqtt-a', clients)
  const endsAtMs = loop.nowMs() + ms
  while (loop.nowMs() < endsAtMs) turn(loop)
  return counted.begun
}

/** Turns of 10 ms, one after the other, in which somebody publishes. */
const busyAndServing = (loop: SimulatedLoop): void => {
  traffic.messagesIn++
  loop.turn(10)
}
const busyForNobody = (loop: SimulatedLoop): void => loop.turn(10)
const restingAndServing = (loop: SimulatedLoop): void => {
  traffic.messagesIn++
  loop.rest(10)
}

test('a connection that comes alone is begun at once, and so is the next one', () => {
  const loop = new SimulatedLoop()
  const admission = new Admission(loop)
  for (const times of [1, 2]) {
    let begun = 0
    admit(admission, 'mqtt-a', () => begun++)
    expect(begun, `time ${times}`).toBe(1)
    loop.rest(20)
  }
})

test('of a crowd few are begun at once, and all of them in the end, in their order', () => {
  const loop = new SimulatedLoop()
  const admission = new Admission(loop)
  const begun: number[] = []
  for (let i = 0; i < 1_000; i++) admit(admission, 'mqtt-a', () => begun.push(i))
  expect(begun.length).toBeLessThan(20)
  loop.rest(1_000)
  expect(begun).toEqual(Array.from({ length: 1_000 }, (_, i) => i))
})

test('the event loop of a real process begins them, too', async () => {
  const admission = new Admission()
  const counted = fill(admission, 'mqtt-a', 500)
  while (counted.begun < 500) await sleep(10)
})

test('while somebody publishes, fewer are begun when the event loop has no time; but 500 a second are', () => {
  const busy = begunIn(2_000, smallCrowd, busyAndServing)
  expect(busy).toBeGreaterThanOrEqual(1_000)
  expect(busy).toBeLessThan(1_100)
  expect(begunIn(2_000, smallCrowd, restingAndServing)).toBe(smallCrowd)
})

test('while nobody publishes, a busy event loop is no reason to wait', () => {
  const served = begunIn(300, smallCrowd, busyAndServing)
  expect(begunIn(300, smallCrowd, busyForNobody)).toBeGreaterThan(served * 1.5)
})

test('the crowd of one instance does not keep a client of another waiting', () => {
  const loop = new SimulatedLoop()
  const admission = new Admission(loop)
  const counted = fill(admission, 'mqtt-a')
  let begun = false
  admit(admission, 'mqtt-b', () => {
    begun = true
  })
  for (let turns = 0; turns < 100 && !begun; turns++) busyAndServing(loop)
  expect(begun).toBe(true)
  expect(counted.begun).toBeLessThan(50)
})

test('however busy the loop is, who waits is begun before it gives up', () => {
  expect(begunIn(8_000, crowd, busyAndServing)).toBe(crowd)
})

test('after a long stop not everything that was missed is begun at once', () => {
  const loop = new SimulatedLoop()
  const counted = fill(new Admission(loop), 'mqtt-a')
  traffic.messagesIn++
  loop.rest(4)
  const before = counted.begun
  loop.turn(1_000)
  loop.turn(1)
  expect(counted.begun - before).toBeLessThan(250)
})

test('of one instance only so many may wait, and another one has room of its own', () => {
  const admission = new Admission(new SimulatedLoop())
  fill(admission, 'mqtt-a')
  let admitted = 0
  while (admit(admission, 'mqtt-a', nothing)) admitted++
  expect(admitted).toBeLessThan(20)
  expect(admit(admission, 'mqtt-b', nothing)).toBe(true)
})

test('of all instances only so many may wait', () => {
  const admission = new Admission(new SimulatedLoop())
  for (const instanceId of ['mqtt-a', 'mqtt-b']) fill(admission, instanceId)
  let admitted = 0
  while (admit(admission, `mqtt-${admitted}`, nothing)) admitted++
  expect(admitted).toBeLessThan(40)
})

test('who waits for an instance that ended is dismissed, and nobody else', () => {
  const loop = new SimulatedLoop()
  const admission = new Admission(loop)
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
  loop.rest(50)
  expect([begun, dismissed]).toEqual([0, 100])
  expect(other.begun).toBeGreaterThan(10)
  expect(admit(admission, 'mqtt-a', () => begun++)).toBe(true)
})

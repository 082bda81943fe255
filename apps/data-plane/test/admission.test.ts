import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { Admission } from '../src/listeners/admission.js'

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

test('the less time the event loop has, the fewer are begun; but 500 a second are', async () => {
  const idle = fill(new Admission(), 'mqtt-a')
  await sleep(200)
  const begunInIdle = idle.begun

  const busy = fill(new Admission(), 'mqtt-a')
  const endsAt = performance.now() + 200
  while (performance.now() < endsAt) {
    const turnEndsAt = performance.now() + 10
    while (performance.now() < turnEndsAt);
    await new Promise(setImmediate)
  }
  expect(busy.begun).toBeGreaterThan(80)
  expect(begunInIdle).toBeGreaterThan(busy.begun * 3)
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

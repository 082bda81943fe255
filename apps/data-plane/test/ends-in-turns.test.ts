import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { settleEnd } from '../src/listeners/ends-in-turns.js'

/** More than any turn may settle, and far less than all. */
const perTurnMax = 100

test('an end that comes alone is settled at once', () => {
  let settled = false
  settleEnd(() => {
    settled = true
  })
  expect(settled).toBe(true)
})

test('of thousands that come together a turn settles a few, in their order, and none is left', async () => {
  await nextTurn()
  const ends: number[] = []
  for (let i = 0; i < 5_000; i++) settleEnd(() => ends.push(i))
  expect(ends.length).toBeLessThan(perTurnMax)
  for (let before = ends.length; ends.length < 5_000; before = ends.length) {
    await nextTurn()
    expect(ends.length - before).toBeGreaterThan(0)
    expect(ends.length - before).toBeLessThan(perTurnMax)
  }
  expect(ends).toEqual(Array.from({ length: 5_000 }, (_, i) => i))
})

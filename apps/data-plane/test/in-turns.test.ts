import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { InTurns } from '../src/listeners/in-turns.js'

const perTurn = 32

test('a step that comes alone is taken at once', () => {
  let taken = false
  new InTurns(perTurn).run(() => {
    taken = true
  })
  expect(taken).toBe(true)
})

test('of thousands that come together a turn takes a few, in their order, and none is left', async () => {
  const inTurns = new InTurns(perTurn)
  const taken: number[] = []
  for (let i = 0; i < 5_000; i++) inTurns.run(() => taken.push(i))
  expect(taken).toHaveLength(perTurn)
  for (let before = taken.length; taken.length < 5_000; before = taken.length) {
    await nextTurn()
    expect(taken.length - before).toBeGreaterThan(0)
    expect(taken.length - before).toBeLessThanOrEqual(perTurn)
  }
  expect(taken).toEqual(Array.from({ length: 5_000 }, (_, i) => i))
})

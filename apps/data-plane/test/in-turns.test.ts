import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { InTurns } from '../src/listeners/in-turns.js'

const perTurn = 32

test('a step that comes alone is taken at once', () => {
  let taken = false
  new InTurns({ perTurn }).run(() => {
    taken = true
  })
  expect(taken).toBe(true)
})

test('of thousands that come together a turn takes a few, in their order, and none is left', async () => {
  const inTurns = new InTurns({ perTurn })
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

test('with a pause, steps are taken a few after each, and more of them when very many wait', async () => {
  vi.useFakeTimers()
  try {
    const inTurns = new InTurns({ perTurn: 8, pauseMs: 2, turnsMax: 100 })
    let taken = 0
    const crowd = (clients: number): void => {
      for (let i = 0; i < clients; i++) inTurns.run(() => taken++)
    }
    crowd(800)
    expect(taken).toBe(8)
    vi.advanceTimersByTime(2)
    expect(taken).toBe(16)
    vi.advanceTimersByTime(200)
    expect(taken).toBe(800)
    crowd(10_000)
    vi.advanceTimersByTime(2)
    expect(taken).toBeGreaterThan(800 + 90)
    vi.advanceTimersByTime(800)
    expect(taken).toBe(10_800)
  } finally {
    vi.useRealTimers()
  }
})

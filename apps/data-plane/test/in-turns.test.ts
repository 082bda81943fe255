import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { InTurns } from '../src/listeners/in-turns.js'
import { SimulatedLoop } from './support/simulated-loop.js'

const perTurn = 32
const instanceId = 'mqtt-a'

test('a step that comes alone is taken at once', () => {
  let taken = false
  new InTurns({ perTurn }).run(instanceId, () => {
    taken = true
  })
  expect(taken).toBe(true)
})

test('of thousands that come together a turn takes a few, in their order, and none is left', async () => {
  const inTurns = new InTurns({ perTurn })
  const taken: number[] = []
  for (let i = 0; i < 5_000; i++) inTurns.run(instanceId, () => taken.push(i))
  expect(taken).toHaveLength(perTurn)
  for (let before = taken.length; taken.length < 5_000; before = taken.length) {
    await nextTurn()
    expect(taken.length - before).toBeGreaterThan(0)
    expect(taken.length - before).toBeLessThanOrEqual(perTurn)
  }
  expect(taken).toEqual(Array.from({ length: 5_000 }, (_, i) => i))
})

test('a step that comes behind the crowd of another instance is taken in the next turn', () => {
  const loop = new SimulatedLoop()
  const inTurns = new InTurns({ perTurn: 3, pauseMs: 2 }, loop)
  const taken: string[] = []
  for (let i = 0; i < 5_000; i++) inTurns.run('mqtt-crowd', () => taken.push('crowd'))
  inTurns.run('mqtt-alone', () => taken.push('alone'))
  loop.rest(2)
  expect(taken).toEqual(['crowd', 'crowd', 'crowd', 'crowd', 'alone', 'crowd'])
})

test('with a pause, steps are taken a few after each, and more of them when very many wait', () => {
  const loop = new SimulatedLoop()
  const inTurns = new InTurns({ perTurn: 8, pauseMs: 2, turnsMax: 100 }, loop)
  let taken = 0
  const crowd = (clients: number): void => {
    for (let i = 0; i < clients; i++) inTurns.run(instanceId, () => taken++)
  }
  crowd(800)
  expect(taken).toBe(8)
  loop.rest(2)
  expect(taken).toBe(16)
  loop.rest(200)
  expect(taken).toBe(800)
  crowd(10_000)
  loop.rest(2)
  expect(taken).toBeGreaterThan(800 + 90)
  loop.rest(800)
  expect(taken).toBe(10_800)
})

test('pauses that a long turn swallowed are made up for, but not all of a very long one', () => {
  const loop = new SimulatedLoop()
  const inTurns = new InTurns({ perTurn: 3, pauseMs: 2 }, loop)
  let taken = 0
  for (let i = 0; i < 1_000; i++) inTurns.run(instanceId, () => taken++)
  loop.turn(6)
  expect(taken).toBe(3 + 3 * 3)
  loop.turn(1_000)
  expect(taken).toBe(12 + 3 * 9)
})

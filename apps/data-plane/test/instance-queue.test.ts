import { expect, test } from 'vitest'
import { Fifo } from '../src/fleet/fifo.js'
import { InstanceQueue } from '../src/fleet/instance-queue.js'

const many = 10_000

function takeAll<T>(queue: { shift(): T | undefined }): T[] {
  const taken: T[] = []
  for (let item = queue.shift(); item !== undefined; item = queue.shift()) taken.push(item)
  return taken
}

test('what is first in is first out, also when some comes in meanwhile', () => {
  const fifo = new Fifo<number>()
  const taken: number[] = []
  for (let i = 0; i < many; i++) {
    fifo.push(i)
    if (i % 3 === 0) taken.push(fifo.shift()!)
    expect(fifo.length).toBe(i + 1 - taken.length)
    expect(fifo.first).toBe(fifo.length ? taken.length : undefined)
  }
  expect([...taken, ...takeAll(fifo)]).toEqual(Array.from({ length: many }, (_, i) => i))
  expect(fifo.length).toBe(0)
  expect(fifo.first).toBeUndefined()
})

test('instances take turns, each in its own order', () => {
  const queue = new InstanceQueue<string>()
  for (const item of ['a1', 'a2', 'a3']) queue.push('mqtt-a', item)
  for (const item of ['b1', 'b2']) queue.push('mqtt-b', item)
  queue.push('mqtt-c', 'c1')
  expect([queue.length, queue.lengthOf('mqtt-a'), queue.lengthOf('mqtt-d')]).toEqual([6, 3, 0])
  expect(queue.first).toBe('a1')
  expect(takeAll(queue)).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3'])
  expect([queue.length, queue.lengthOf('mqtt-a'), queue.first]).toEqual([0, 0, undefined])
})

test('an instance that is removed takes its items with it, and has one turn when it comes again', () => {
  const queue = new InstanceQueue<string>()
  for (const item of ['a1', 'a2']) queue.push('mqtt-a', item)
  for (const item of ['b1', 'b2', 'b3']) queue.push('mqtt-b', item)
  expect(queue.remove('mqtt-a')).toEqual(['a1', 'a2'])
  expect(queue.remove('mqtt-a')).toEqual([])
  for (const item of ['a3', 'a4']) queue.push('mqtt-a', item)
  expect(queue.length).toBe(5)
  expect(takeAll(queue)).toEqual(['b1', 'a3', 'b2', 'a4', 'b3'])
})

test('what is passed over takes no turn', () => {
  const queue = new InstanceQueue<string>()
  for (const item of ['gone', 'a1', 'gone']) queue.push('mqtt-a', item)
  queue.push('mqtt-b', 'gone')
  queue.push('mqtt-c', 'c1')
  const shift = (): string | undefined => queue.shift((item) => item === 'gone')
  expect([shift(), shift(), shift()]).toEqual(['a1', 'c1', undefined])
  expect(queue.length).toBe(0)
})

/** The best of three, per item. */
function msEach(items: number, work: (items: number) => () => void): number {
  const times = Array.from({ length: 3 }, () => {
    const run = work(items)
    const startedAt = performance.now()
    run()
    return (performance.now() - startedAt) / items
  })
  return Math.min(...times)
}

test('to take one of very many costs as much as to take one of few', () => {
  const taking = (items: number) => {
    const fifo = new Fifo<number>()
    for (let i = 0; i < items; i++) fifo.push(i)
    return () => takeAll(fifo)
  }
  expect(msEach(20 * many, taking)).toBeLessThan(10 * msEach(many, taking))
})

test('to remove one of very many instances costs as much as to remove one of few, and one that comes again has its turn', () => {
  const queue = new InstanceQueue<number>()
  const removing = (items: number) => {
    const ids = Array.from({ length: items }, (_, i) => `mqtt-${i}`)
    for (const [i, id] of ids.entries()) queue.push(id, i)
    return () => {
      for (const id of ids.toReversed()) queue.remove(id)
    }
  }
  expect(msEach(50_000, removing)).toBeLessThan(10 * msEach(1_000, removing))
  expect([queue.length, queue.first]).toEqual([0, undefined])
  queue.push('mqtt-0', 1)
  expect(takeAll(queue)).toEqual([1])
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { moved, type NewPriority, type Prioritised, prioritiesFor } from '../src/lib/priorities.js'

const max = 9_999

/** Rules of these priorities, each younger than the one before it, in the order in which they apply. */
function listOf(...priorities: number[]): Prioritised[] {
  return priorities
    .map((priority, age) => ({ id: `r${age}`, priority, createdAt: `2026-01-01T00:00:0${age}.000Z` }))
    .sort(byOrder)
}

function byOrder(a: Prioritised, b: Prioritised): number {
  return a.priority - b.priority || (a.createdAt < b.createdAt ? -1 : 1)
}

function renumbered(items: readonly Prioritised[], changes: readonly NewPriority[]): Prioritised[] {
  const byId = new Map(changes.map(({ id, priority }) => [id, priority]))
  return items.map((item) => ({ ...item, priority: byId.get(item.id) ?? item.priority }))
}

const idsOf = (items: readonly { id: string }[]) => items.map(({ id }) => id)

describe('new priorities after a move', () => {
  test('only the moved item gets a new number where its neighbours leave one', () => {
    expect(prioritiesFor(moved(listOf(10, 20, 30), 2, 0), 0, max)).toEqual([{ id: 'r2', priority: 0 }])
    expect(prioritiesFor(moved(listOf(10, 20, 30), 0, 1), 1, max)).toEqual([{ id: 'r0', priority: 25 }])
    expect(prioritiesFor(moved(listOf(10, 20, 30), 0, 2), 2, max)).toEqual([{ id: 'r0', priority: 40 }])
    expect(prioritiesFor(moved(listOf(100, 100, 100), 2, 0), 0, max)).toEqual([{ id: 'r2', priority: 90 }])
  })

  test('age counts where two have the same priority', () => {
    expect(prioritiesFor(moved(listOf(5, 7, 6), 1, 2), 2, max)).toEqual([{ id: 'r2', priority: 17 }])
    expect(prioritiesFor(moved(listOf(5, 6, 9), 2, 1), 1, max)).toEqual([{ id: 'r2', priority: 5 }])
  })

  test('without a gap the rest goes on in tens', () => {
    expect(prioritiesFor(moved(listOf(1, 1, 1), 0, 1), 1, max)).toEqual([{ id: 'r1', priority: 0 }])
    expect(prioritiesFor(moved(listOf(0, 0, 0, 0), 3, 0), 0, max)).toEqual([
      { id: 'r0', priority: 10 },
      { id: 'r1', priority: 20 },
      { id: 'r2', priority: 30 }
    ])
  })

  test('the same place changes nothing', () => {
    expect(prioritiesFor(listOf(3, 3, 9), 1, max)).toEqual([])
  })

  test('a thousand rules at the upper bound still find numbers within it', () => {
    const crowded = listOf(...Array.from({ length: 9 }, () => max))
    const reordered = moved(crowded, 0, 8)
    const after = renumbered(reordered, prioritiesFor(reordered, 8, max))
    expect(idsOf(after.toSorted(byOrder))).toEqual(idsOf(reordered))
    const thousand = Array.from({ length: 1_000 }, (_, i) => ({
      id: `r${i}`,
      priority: max,
      createdAt: new Date(i).toISOString()
    }))
    const turned = moved(thousand, 0, 999)
    const numbered = renumbered(turned, prioritiesFor(turned, 999, max))
    expect(idsOf(numbered.toSorted(byOrder))).toEqual(idsOf(turned))
    expect(numbered.every(({ priority }) => priority >= 0 && priority <= max)).toBe(true)
  })

  test('any move gives the order that was asked for, with as few changes as any other way', () => {
    const small = 6
    const priorities = fc.array(fc.integer({ min: 0, max: small }), { minLength: 2, maxLength: 5 })
    fc.assert(
      fc.property(priorities, fc.nat(), fc.nat(), (numbers, a, b) => {
        const from = a % numbers.length
        const to = b % numbers.length
        const reordered = moved(listOf(...numbers), from, to)
        const changes = prioritiesFor(reordered, to, small)
        const after = renumbered(reordered, changes)
        expect(idsOf(after.toSorted(byOrder))).toEqual(idsOf(reordered))
        expect(after.every(({ priority }) => priority >= 0 && priority <= small)).toBe(true)
        expect(changes.length).toBe(fewestChanges(reordered, small))
      }),
      { numRuns: 300 }
    )
  })
})

/** By trying all of them. */
function fewestChanges(items: readonly Prioritised[], highest: number): number {
  let fewest = items.length
  const walk = (place: number, last: Prioritised | undefined, changes: number): void => {
    if (changes >= fewest) return
    const item = items[place]
    if (!item) {
      fewest = changes
      return
    }
    for (let priority = last?.priority ?? 0; priority <= highest; priority++) {
      const next = { ...item, priority }
      if (!last || byOrder(last, next) < 0)
        walk(place + 1, next, changes + (priority === item.priority ? 0 : 1))
    }
  }
  walk(0, undefined, 0)
  return fewest
}

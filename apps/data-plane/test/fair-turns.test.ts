import { setImmediate as turn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { FairTurns } from '../src/auth/fair-turns.js'

const here = () => false

it('gives turns to instances one after the other, passes over who is gone, and says when too many wait', async () => {
  const turns = new FairTurns(1, 3)
  const order: string[] = []
  const take = async (instanceId: string, name: string, isGone = here): Promise<void> => {
    order.push(`${name} ${await turns.take(instanceId, isGone)}`)
  }
  await take('crowd', 'first')
  void take('crowd', 'second')
  void take('crowd', 'left', () => true)
  void take('crowd', 'third')
  await take('crowd', 'fourth')
  void take('other', 'alone')
  for (let left = 0; left < 4; left++) {
    turns.leave()
    await turn()
  }
  expect(order).toEqual(['first turn', 'fourth busy', 'second turn', 'alone turn', 'left gone', 'third turn'])
  expect(await turns.take('crowd', here)).toBe('turn')
})

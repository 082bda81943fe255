import { setImmediate as turn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { Pace } from '../src/auth/pace.js'

it('lets only so many tasks run at once, and all of them in the end', async () => {
  const pace = new Pace(2)
  let running = 0
  let most = 0
  const task = async (): Promise<number> => {
    most = Math.max(most, ++running)
    await turn()
    return running--
  }
  await Promise.all(Array.from({ length: 10 }, () => pace.run(task)))
  expect(most).toBe(2)
})

it('begins the next task in a turn of its own, also after one that failed', async () => {
  const pace = new Pace(1)
  let begun = false
  const failed = pace.run(() => Promise.reject(new Error('away')))
  const next = pace.run(async () => {
    begun = true
  })
  await expect(failed).rejects.toThrow('away')
  expect(begun).toBe(false)
  await next
  expect(begun).toBe(true)
})

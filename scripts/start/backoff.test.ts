import { expect, test } from 'vitest'
import { Backoff } from './backoff.js'

test('the delay doubles from 0.2 s to 5 s', () => {
  const backoff = new Backoff()
  const delays = Array.from({ length: 7 }, () => backoff.delayAfter(100))
  expect(delays).toEqual([200, 400, 800, 1_600, 3_200, 5_000, 5_000])
})

test('a process that was up for 30 s begins anew', () => {
  const backoff = new Backoff()
  backoff.delayAfter(100)
  backoff.delayAfter(29_999)
  expect(backoff.delayAfter(30_000)).toBe(200)
  expect(backoff.delayAfter(100)).toBe(400)
})

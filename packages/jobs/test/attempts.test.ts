import { expect, it } from 'vitest'
import { Attempts } from '../src/attempts.js'

it('a run of the same job shares the attempt that goes on', async () => {
  const attempts = new Attempts()
  let runs = 0
  const attempt = async () => {
    runs++
    return 'published' as const
  }
  expect(await Promise.all([attempts.run('a', attempt), attempts.run('a', attempt)])).toEqual([
    'published',
    'published'
  ])
  expect(runs).toBe(1)
})

it('a reply that is done is not tried again until its job is known to have ended', async () => {
  const attempts = new Attempts()
  expect(await attempts.run('a', async () => 'published')).toBe('published')
  expect(await attempts.run('a', async () => 'nobody_waits')).toBe('published')
  attempts.confirm('a')
  expect(await attempts.run('a', async () => 'nobody_waits')).toBe('nobody_waits')
})

it('an attempt that failed is tried again', async () => {
  const attempts = new Attempts()
  const failing = attempts.run('a', async () => Promise.reject(new Error('the pipeline failed')))
  await expect(failing).rejects.toThrow('the pipeline failed')
  expect(await attempts.run('a', async () => 'published')).toBe('published')
})

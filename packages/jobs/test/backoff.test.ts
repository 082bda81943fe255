import { describe, expect, it } from 'vitest'
import { backoffMs, replyJobId } from '../src/index.js'

describe('the pause between attempts', () => {
  const policy = { attempts: 12, firstDelayMs: 250, maxDelayMs: 120_000, maxAgeMs: 900_000 }

  it('doubles from the first delay and stops at the largest', () => {
    const pauses = Array.from({ length: 12 }, (_, made) => backoffMs(policy, made + 1))
    expect(pauses).toEqual([250, 500, 1000, 2000, 4000, 8000, 16000, 32000, 64000, 120000, 120000, 120000])
  })
})

describe('the job id', () => {
  it('is the hex SHA-256 of instance, message and responder, parted by U+0000', () => {
    expect(replyJobId('mqtt-aaaaaaaa', 'M', 'c')).toBe(
      '8e94080409351cae62f66a8432b320b53aac54aa4bf5052c88439518d3886a97'
    )
    expect(replyJobId('a', 'bc', 'd')).not.toBe(replyJobId('ab', 'c', 'd'))
  })
})

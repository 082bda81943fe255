import type { ReplyJob } from '@parley/jobs'
import { describe, expect, it } from 'vitest'
import { attemptReply } from '../src/auto-reply/retry-attempt.js'

const job: ReplyJob = {
  instanceId: 'mqtt-aaaaaaaa',
  messageId: '0190',
  responderClientId: 'door',
  node: 'node-1',
  topic: 'replies/me',
  payload: '{}',
  qos: 1,
  expiresAtMs: null,
  createdAtMs: Date.now(),
  retry: { attempts: 2, firstDelayMs: 10, maxDelayMs: 10, maxAgeMs: 1_000 }
}

describe('a reply whose instance', () => {
  it('was deleted is given up', async () => {
    expect(await attemptReply(job, { instance: 'deleted', broker: undefined })).toBe('gone')
  })

  it('this node has not heard of yet, right after a start, is kept', async () => {
    expect(await attemptReply(job, { instance: undefined, broker: undefined })).toBe('nobody_waits')
  })
})

import type { Reply } from '@parley/contracts'
import { expect } from 'vitest'

/** The ten fields of a reply, in their order. */
export const replyFields = [
  'id',
  'instanceId',
  'publisherClientId',
  'subscriberClientId',
  'subscriberUsername',
  'subscriberClientHost',
  'topic',
  'qos',
  'pubProps',
  'messageReceivedAt'
]

/** Reads one JSON reply, holds its shape against the contract and its fields against `expected`. */
export function expectReply(text: string, expected: Partial<Reply>): Reply {
  const reply = JSON.parse(text) as Reply
  expect(Object.keys(reply)).toEqual(replyFields)
  expect(reply.id).toMatch(/^[0-9A-F]{32}$/)
  expect(reply.subscriberClientHost).toMatch(/^127\.0\.0\.\d+:\d+$/)
  expect(Math.abs(Date.now() - reply.messageReceivedAt)).toBeLessThan(60_000)
  expect(reply).toMatchObject(expected)
  return reply
}

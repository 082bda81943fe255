import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type InstanceSnapshot, readSnapshot } from '@parley/contracts'
import { cleanUpFile } from '@parley/testkit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { keys, readStoredSnapshot } from '../src/index.js'
import {
  type FeedServer,
  instanceId,
  snapshot,
  startFeed,
  startNode,
  temporaryFolder
} from './support/feed.js'

let feed: FeedServer

beforeAll(async () => {
  feed = await startFeed()
})
afterAll(cleanUpFile)

/** As it was written before there were users and policies. */
function oldBody(): string {
  const { policies: _policies, usersRevision: _usersRevision, ...old } = snapshot()
  return JSON.stringify(old)
}

it('a snapshot that knows neither users nor policies has none, in Redis', async () => {
  await feed.redis.hset(keys.config(instanceId), { epoch: 1, revision: 1, body: oldBody() })
  const expected: InstanceSnapshot = { ...snapshot(), policies: [], usersRevision: 0 }
  expect(await readStoredSnapshot(feed.redis, instanceId)).toEqual({ snapshot: expected })
})

it('and on disk', async () => {
  const dir = temporaryFolder()
  mkdirSync(dir, { recursive: true })
  writeFileSync(join(dir, `${instanceId}.json`), oldBody())
  const node = await startNode({ dir })
  expect(node.applied).toEqual([snapshot()])
})

it.each([
  ['a revision of users below 0', { usersRevision: -1 }],
  ['a policy that is none', { policies: [{ id: 'x' }] }],
  ['policies that are no list', { policies: null }]
])('%s makes it invalid', (_what, fields) => {
  expect(readSnapshot(JSON.stringify({ ...snapshot(), ...fields }))).toHaveProperty('problem')
})

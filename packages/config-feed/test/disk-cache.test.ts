import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cleanUpFile } from '@parley/testkit'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import {
  expectRuns,
  expectSynced,
  type FeedServer,
  instanceId,
  publish,
  snapshot,
  startFeed,
  startNode,
  temporaryFolder
} from './support/feed.js'

let feed: FeedServer
let url: string
let dir: string

beforeAll(async () => {
  feed = await startFeed()
  url = feed.server.url
})
beforeEach(async () => {
  await feed.redis.flushall()
  dir = temporaryFolder()
})
afterAll(cleanUpFile)

it('two followers on one folder keep the newest, and leave nothing else there', async () => {
  const nodes = [await startNode({ url, dir }), await startNode({ url, dir, name: 'node-2' })]
  for (let revision = 1; revision <= 20; revision++) await publish(feed.redis, snapshot({ revision }))
  for (const node of nodes) await expectRuns(node, { revision: 20 })
  for (const node of nodes) await node.stop()
  const later = await startNode({ dir })
  expect(later.applied).toEqual([snapshot({ revision: 20 })])
  expect(readdirSync(dir)).toEqual([`${instanceId}.json`])
})

it('what Redis has newer replaces what the disk has; what it has older does not', async () => {
  const other = 'mqtt-bbbbbbbb'
  await publish(feed.redis, snapshot({ revision: 2 }))
  await publish(feed.redis, snapshot({ instanceId: other, revision: 1 }))
  writeFileSync(join(dir, `${instanceId}.json`), JSON.stringify(snapshot({ revision: 1 })))
  writeFileSync(join(dir, `${other}.json`), JSON.stringify(snapshot({ instanceId: other, revision: 9 })))
  const node = await startNode({ url, dir })
  await expectSynced(node)
  await expectRuns(node, { revision: 2 })
  await expectRuns(node, { revision: 9 }, other)
})

it('a tombstone is on disk too: a deleted instance does not come back', async () => {
  await publish(feed.redis, snapshot({ revision: 2, deleted: true }))
  const node = await startNode({ url, dir })
  await expectRuns(node, { revision: 2 })
  await node.stop()
  expect((await startNode({ dir })).applied).toEqual([snapshot({ revision: 2, deleted: true })])
})

it('files that cannot be used are left alone, and the good ones are read', async () => {
  const files = {
    'mqtt-broken00.json': '{"half',
    'mqtt-shape000.json': '{}',
    'mqtt-other000.json': JSON.stringify(snapshot({ instanceId: 'mqtt-zzzzzzzz' })),
    'notes.txt': 'not a snapshot',
    [`${instanceId}.json`]: JSON.stringify(snapshot({ revision: 3 }))
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text)
  const node = await startNode({ dir })
  expect(node.applied).toEqual([snapshot({ revision: 3 })])
  await node.stop()
  for (const [name, text] of Object.entries(files)) expect(readFileSync(join(dir, name), 'utf8')).toBe(text)
})

it('only its owner can read the folder and the files', async () => {
  await publish(feed.redis, snapshot())
  const node = await startNode({ url, dir })
  await expectRuns(node, { revision: 1 })
  await node.stop()
  expect(statSync(dir).mode & 0o777).toBe(0o700)
  expect(statSync(join(dir, `${instanceId}.json`)).mode & 0o777).toBe(0o600)
})

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { expect, onTestFinished, test } from 'vitest'
import { type EmbeddedServer, EmbeddedServerError, startRedis } from '../src/index.js'
import { isAlive, waitUntil } from '../src/server-process.js'
import { stopAfterTest, temporaryDir } from './cleanup.js'

async function start(dir: string): Promise<EmbeddedServer> {
  return stopAfterTest(await startRedis({ dir }))
}

function client(server: EmbeddedServer): Redis {
  const redis = new Redis(server.url, { retryStrategy: () => null })
  redis.on('error', () => undefined)
  onTestFinished(() => redis.disconnect())
  return redis
}

test('keeps what it acknowledged over a kill, evicts nothing and listens on the loopback only', async () => {
  const dir = temporaryDir()
  const first = await start(dir)
  const redis = client(first)
  await redis.set('kept', '1')
  const settings = await redis.config('GET', 'appendonly', 'appendfsync', 'maxmemory-policy', 'bind')
  expect(settings).toEqual(expect.arrayContaining(['yes', 'everysec', 'noeviction', '127.0.0.1']))
  process.kill(first.pid, 'SIGKILL')
  await waitUntil(() => !isAlive(first.pid), 5_000)

  const second = await start(dir)
  expect(second).toMatchObject({ reused: false, port: first.port })
  expect(await client(second).get('kept')).toBe('1')
})

test('takes over a server that a killed parent left behind', async () => {
  const dir = temporaryDir()
  const first = await start(dir)
  const second = await start(dir)
  expect(second).toMatchObject({ pid: first.pid, url: first.url, reused: true })
  await second.stop()
  expect(isAlive(first.pid)).toBe(false)
})

test('leaves alone a server on its port whose data is not its own', async () => {
  const stranger = await start(temporaryDir())
  const dir = temporaryDir()
  writeFileSync(join(dir, 'port'), `${stranger.port}\n`)
  writeFileSync(join(dir, 'redis.pid'), `${process.pid}\n`)
  const server = await start(dir)
  expect(server.reused).toBe(false)
  expect(server.port).not.toBe(stranger.port)
  expect(await client(stranger).ping()).toBe('PONG')
})

test('takes any other port when the remembered one went to somebody else', async () => {
  const dir = temporaryDir()
  const first = await start(dir)
  await first.stop()
  const other = stopAfterTest(await startRedis({ dir: temporaryDir(), port: first.port }))
  expect((await start(dir)).port).not.toBe(other.port)
})

test('names the remedies when there is no Redis and no way to fetch one', async () => {
  const path = process.env.PATH
  process.env.PATH = '/nowhere'
  const failure = await startRedis({ dir: temporaryDir(), cacheDir: temporaryDir() })
    .catch((error) => error)
    .finally(() => {
      process.env.PATH = path
    })
  expect(failure).toBeInstanceOf(EmbeddedServerError)
  for (const remedy of ['REDIS_URL=', 'apt-get install redis-server', 'brew install redis']) {
    expect(failure.message).toContain(remedy)
  }
})

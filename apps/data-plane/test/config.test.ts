import { describe, expect, it } from 'vitest'
import { ConfigError, readConfig } from '../src/config.js'

const enough = { REDIS_URL: 'redis://127.0.0.1:6379' }

describe('the configuration', () => {
  it('has a default for all but Redis', () => {
    expect(readConfig(enough)).toMatchObject({
      dataDir: expect.stringMatching(/\/\.parley$/),
      nodeName: expect.stringMatching(/.+-[0-9a-f]{8}$/),
      bind: '127.0.0.1',
      edgePort: 8083,
      redisUrl: enough.REDIS_URL,
      logLevel: 'info'
    })
  })

  it('takes what the environment says', () => {
    const env = {
      PARLEY_DATA_DIR: '/var/lib/parley',
      PARLEY_NODE_NAME: 'node-1',
      PARLEY_BIND: '127.0.0.2',
      PARLEY_EDGE_PORT: '0',
      PARLEY_LOG_LEVEL: 'silent',
      REDIS_URL: 'rediss://user:secret@redis:6380/1'
    }
    expect(readConfig(env)).toEqual({
      dataDir: '/var/lib/parley',
      nodeName: 'node-1',
      bind: '127.0.0.2',
      edgePort: 0,
      logLevel: 'silent',
      redisUrl: env.REDIS_URL
    })
  })

  it('listens where PARLEY_HOST says, unless PARLEY_BIND says otherwise', () => {
    expect(readConfig({ ...enough, PARLEY_HOST: '0.0.0.0' }).bind).toBe('0.0.0.0')
    expect(readConfig({ ...enough, PARLEY_HOST: '0.0.0.0', PARLEY_BIND: '::1' }).bind).toBe('::1')
  })

  it.each([
    { name: 'PARLEY_WORKERS', value: '2' },
    { name: 'PARLEY_WORKERS', value: 'auto' },
    { name: 'PARLEY_EDGE_PORT', value: '65536' },
    { name: 'PARLEY_EDGE_PORT', value: '-1' },
    { name: 'PARLEY_EDGE_PORT', value: '80.5' },
    { name: 'PARLEY_EDGE_PORT', value: 'http' },
    { name: 'PARLEY_NODE_NAME', value: 'a b' },
    { name: 'PARLEY_NODE_NAME', value: 'a:b' },
    { name: 'PARLEY_NODE_NAME', value: 'x'.repeat(65) },
    { name: 'PARLEY_LOG_LEVEL', value: 'loud' },
    { name: 'REDIS_URL', value: 'http://127.0.0.1' }
  ])('refuses $name=$value in one sentence that names it', ({ name, value }) => {
    const read = () => readConfig({ ...enough, [name]: value })
    expect(read).toThrow(ConfigError)
    expect(read).toThrow(name)
  })
})

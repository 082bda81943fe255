import { describe, expect, it } from 'vitest'
import { ConfigError, readConfig } from '../src/config.js'

const good = { DATABASE_URL: 'postgresql://u:secret@a/b', REDIS_URL: 'redis://:secret@a' }

describe('readConfig', () => {
  it('has the defaults of the contract; an empty variable counts as unset', () => {
    const defaults = {
      host: '127.0.0.1',
      publicHost: '127.0.0.1',
      httpPort: 8080,
      edgePort: 8083,
      mqttPorts: { first: 21_000, last: 25_999 },
      logLevel: 'info',
      databaseUrl: good.DATABASE_URL,
      redisUrl: good.REDIS_URL
    }
    expect(readConfig(good)).toEqual(defaults)
    expect(readConfig({ ...good, PARLEY_HTTP_PORT: '', PARLEY_HOST: '', PARLEY_MQTT_PORTS: '' })).toEqual(
      defaults
    )
  })

  it('takes every variable', () => {
    const env = {
      DATABASE_URL: 'postgres://a/b',
      REDIS_URL: 'rediss://a',
      PARLEY_HOST: '0.0.0.0',
      PARLEY_PUBLIC_HOST: 'mqtt.example.com',
      PARLEY_HTTP_PORT: '0',
      PARLEY_EDGE_PORT: '65535',
      PARLEY_MQTT_PORTS: '1-1',
      PARLEY_LOG_LEVEL: 'silent'
    }
    expect(readConfig(env)).toEqual({
      databaseUrl: 'postgres://a/b',
      redisUrl: 'rediss://a',
      host: '0.0.0.0',
      publicHost: 'mqtt.example.com',
      httpPort: 0,
      edgePort: 65_535,
      mqttPorts: { first: 1, last: 1 },
      logLevel: 'silent'
    })
  })

  it('shows the host where it listens when no public one is set', () => {
    expect(readConfig({ ...good, PARLEY_HOST: '10.0.0.1' }).publicHost).toBe('10.0.0.1')
  })

  it.each([
    ['PARLEY_HTTP_PORT', '65536'],
    ['PARLEY_HTTP_PORT', '-1'],
    ['PARLEY_HTTP_PORT', '80.5'],
    ['PARLEY_EDGE_PORT', 'x'],
    ['PARLEY_EDGE_PORT', ' 8083'],
    ['PARLEY_MQTT_PORTS', '5-4'],
    ['PARLEY_MQTT_PORTS', '0-10'],
    ['PARLEY_MQTT_PORTS', '21000'],
    ['PARLEY_MQTT_PORTS', '21000-65536'],
    ['PARLEY_MQTT_PORTS', '21000 - 21010'],
    ['PARLEY_LOG_LEVEL', 'loud'],
    ['PARLEY_LOG_LEVEL', 'INFO'],
    ['DATABASE_URL', 'mysql://u:secret@a/b'],
    ['DATABASE_URL', ''],
    ['REDIS_URL', 'http://:secret@a'],
    ['REDIS_URL', '']
  ])('refuses %s=%j in one sentence that names it and shows no secret', (name, value) => {
    const read = (): unknown => readConfig({ ...good, [name]: value })
    expect(read).toThrow(ConfigError)
    expect(read).toThrow(new RegExp(`^${name} .*\\.$`))
    expect(read).not.toThrow(/secret/)
  })
})

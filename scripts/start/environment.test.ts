import { dataPlaneProgram } from '@parley/embedded'
import { expect, test } from 'vitest'
import { apiProcess, dataPlaneProcess, reachable, readSettings } from './environment.js'

test('with nothing set, the defaults of .env.example hold', () => {
  expect(readSettings('/parley', {})).toMatchObject({
    dataDir: '/parley/.parley',
    host: '127.0.0.1',
    bind: '127.0.0.1',
    httpPort: 8080,
    edgePort: 8083,
    mqttPorts: { first: 21_000, last: 25_999 },
    databaseUrl: undefined,
    redisUrl: undefined
  })
})

test.each([
  [{ PARLEY_HTTP_PORT: 'http' }, /PARLEY_HTTP_PORT/],
  [{ PARLEY_HTTP_PORT: '70000' }, /PARLEY_HTTP_PORT/],
  [{ PARLEY_EDGE_PORT: '-1' }, /PARLEY_EDGE_PORT/],
  [{ PARLEY_EDGE_PORT: '8080' }, /PARLEY_HTTP_PORT and PARLEY_EDGE_PORT are both 8080/],
  [{ PARLEY_MQTT_PORTS: '21000' }, /PARLEY_MQTT_PORTS/],
  [{ PARLEY_MQTT_PORTS: '22000-21000' }, /PARLEY_MQTT_PORTS/]
])('%j is refused by name', (env, sentence) => {
  expect(() => readSettings('/parley', env)).toThrow(sentence)
})

test('the data plane never hears of Postgres, and has a name that lasts', () => {
  const settings = readSettings('/parley', { DATABASE_URL: 'postgresql://db', OTHER: 'kept' })
  const node = dataPlaneProcess(settings, 'redis://r')
  expect(node.env).not.toHaveProperty('DATABASE_URL')
  expect(node.env).toMatchObject({ REDIS_URL: 'redis://r', PARLEY_NODE_NAME: 'node-1', OTHER: 'kept' })
  expect(node.args).toEqual(dataPlaneProgram('/parley'))
  const api = apiProcess(settings, 'postgresql://db', 'redis://r')
  expect(api.env).toMatchObject({ DATABASE_URL: 'postgresql://db', PARLEY_DATA_DIR: '/parley/.parley' })
})

test.each([
  ['127.0.0.1', '127.0.0.1'],
  ['0.0.0.0', '127.0.0.1'],
  ['::', '[::1]'],
  ['::1', '[::1]'],
  ['parley.example', 'parley.example']
])('what listens on %s is reached at %s', (host, expected) => expect(reachable(host)).toBe(expected))

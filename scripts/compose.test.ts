import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { dataPlaneFlags } from '@parley/embedded'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'

// docker compose itself is not at hand in every place where the tests run: what it would be told is held against the
// contract here, from the same files.

interface Service {
  image: string
  command: string | string[]
  environment: Record<string, string | number>
  ports?: string[]
  healthcheck?: { test: string[] }
  depends_on?: Record<string, { condition: string }>
  volumes?: string[]
}

const root = dirname(import.meta.dirname)
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const compose = parse(read('docker-compose.yml'), { merge: true }) as { services: Record<string, Service> }
const { services } = compose

/** The contract's defaults; undefined: none, or derived from another. */
const contract: Record<string, string | undefined> = {
  PARLEY_DATA_DIR: '.parley',
  PARLEY_HOST: '127.0.0.1',
  PARLEY_PUBLIC_HOST: undefined,
  PARLEY_BIND: undefined,
  PARLEY_HTTP_PORT: '8080',
  PARLEY_EDGE_PORT: '8083',
  PARLEY_MQTT_PORTS: '21000-25999',
  PARLEY_NODE_NAME: undefined,
  PARLEY_WORKERS: '1',
  PARLEY_LOG_LEVEL: 'info',
  PARLEY_CACHE_DIR: undefined,
  DATABASE_URL: undefined,
  REDIS_URL: undefined
}

/** `NAME=value` lines; one that is commented out has no default. */
const example = new Map<string, string | undefined>()
for (const [, comment, name, value] of read('.env.example').matchAll(/^(# )?([A-Z_]+)=(.*)$/gm)) {
  example.set(name!, comment ? undefined : value!)
}

/** What docker compose makes of `${NAME:-default}` with nothing set. */
function resolved(text: string | number): string {
  return String(text).replace(/\$\{\w+:-([^}]*)\}/g, '$1')
}

describe('.env.example', () => {
  test.each(Object.entries(contract))('lists %s with the default %s', (name, value) => {
    expect(example.has(name)).toBe(true)
    expect(example.get(name)).toBe(value)
  })

  test('lists nothing that is neither in the contract nor used by docker compose', () => {
    const known = new Set([...Object.keys(contract), 'POSTGRES_PASSWORD'])
    expect([...example.keys()].filter((name) => !known.has(name))).toEqual([])
  })
})

describe('docker-compose.yml', () => {
  test('has the four services', () => {
    expect(Object.keys(services).sort()).toEqual(['api', 'data-plane', 'postgres', 'redis'])
  })

  test.each(Object.keys(services))('%s has a health check', (name) => {
    expect(services[name]!.healthcheck?.test.length).toBeGreaterThan(1)
  })

  test('uses no variable that .env.example does not list', () => {
    const used = [...read('docker-compose.yml').matchAll(/\$\{(\w+)/g)].map((match) => match[1]!)
    expect(used.length).toBeGreaterThan(0)
    expect(used.filter((name) => !example.has(name))).toEqual([])
  })

  test('falls back to the defaults of .env.example', () => {
    for (const [, name, value] of read('docker-compose.yml').matchAll(/\$\{(\w+):-([^}]*)\}/g)) {
      const expected = example.get(name!)
      if (expected !== undefined) expect(`${name}=${value}`).toBe(`${name}=${expected}`)
    }
  })

  test.each(['api', 'data-plane'])('%s is given only variables of the contract', (name) => {
    const unknown = Object.keys(services[name]!.environment).filter((variable) => !(variable in contract))
    expect(unknown).toEqual([])
  })

  test.each(['api', 'data-plane'])('%s listens on every address and tells clients another', (name) => {
    const { PARLEY_HOST, PARLEY_PUBLIC_HOST } = services[name]!.environment
    expect(PARLEY_HOST).toBe('0.0.0.0')
    expect(resolved(PARLEY_PUBLIC_HOST!)).toBe('127.0.0.1')
  })

  test('publishes the ports that the processes listen on, and no others', () => {
    expect(services.api!.ports!.map(resolved)).toEqual(['8080:8080'])
    expect(services['data-plane']!.ports!.map(resolved)).toEqual(['8083:8083', '21000-21049:21000-21049'])
    expect(services['data-plane']!.environment.PARLEY_MQTT_PORTS).toBe('21000-21049')
    expect(services.api!.environment.PARLEY_MQTT_PORTS).toBe('21000-21049')
    expect([services.postgres!.ports, services.redis!.ports]).toEqual([undefined, undefined])
  })

  test('only the API is told where Postgres is', () => {
    expect(resolved(services.api!.environment.DATABASE_URL!)).toBe(
      'postgresql://parley:parley@postgres:5432/parley'
    )
    expect(services['data-plane']!.environment.DATABASE_URL).toBeUndefined()
    expect(services['data-plane']!.depends_on).not.toHaveProperty('postgres')
  })

  test('Redis keeps what it acknowledges and evicts nothing', () => {
    for (const flag of ['--appendonly yes', '--appendfsync everysec', '--maxmemory-policy noeviction']) {
      expect(services.redis!.command).toContain(flag)
    }
    expect(services.redis!.image).toMatch(/^redis:7/)
  })

  test('the API starts after Postgres and Redis are healthy, and migrates first', () => {
    expect(services.api!.depends_on).toEqual({
      postgres: { condition: 'service_healthy' },
      redis: { condition: 'service_healthy' }
    })
    expect(String(services.api!.command)).toMatch(/scripts\/migrate\.mjs.*apps\/api\/dist\/main\.js/)
  })

  test.each(['postgres', 'redis', 'api', 'data-plane'])('%s keeps its data in a volume', (name) => {
    expect(services[name]!.volumes).toHaveLength(1)
  })
})

describe('the flags of the data plane', () => {
  const program = ['node', ...dataPlaneFlags, 'apps/data-plane/dist/main.js']

  test('are those of npm start in docker compose, the image and npm run data-plane', () => {
    expect(services['data-plane']!.command).toEqual(program)
    expect(read('Dockerfile').split('\n')).toContain(`CMD [${program.map((word) => `"${word}"`).join(', ')}]`)
    expect(JSON.parse(read('package.json')).scripts['data-plane']).toBe(program.join(' '))
  })
})

describe('Dockerfile', () => {
  test('runs as a user that is not root, on Node 24, with the ports of the contract', () => {
    const lines = read('Dockerfile').split('\n')
    expect(lines.findLast((line) => line.startsWith('FROM'))).toMatch(/^FROM node:24/)
    expect(lines.findLast((line) => line.startsWith('USER'))).toBe('USER node')
    expect(lines).toContain('EXPOSE 8080 8083 21000-21049')
  })
})

import { existsSync, statSync } from 'node:fs'
import type { DevFile } from '@parley/contracts'
import { isAlive } from '@parley/embedded'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Cleanups } from './support/cleanups.js'
import { until, within } from './support/conditions.js'
import { Client } from './support/mqtt-client.js'
import { NpmStart, type StartSettings, startSettings } from './support/npm-start.js'
import { kill, processesNaming } from './support/processes.js'
import { Rest } from './support/rest.js'

// One data folder lives through all of these, in this order, as it would on a developer's machine.

const cleanups = new Cleanups()
let settings: StartSettings
let running: NpmStart
let first: DevFile

beforeAll(async () => {
  settings = await startSettings(cleanups)
})
afterAll(() => cleanups.run())

function start(): NpmStart {
  running = new NpmStart(settings, cleanups)
  return running
}

function dataPlanes(): number[] {
  const found = processesNaming(settings.dataDir)
  return found.filter(({ commandLine }) => commandLine.includes('apps/data-plane/')).map(({ pid }) => pid)
}

/** An anonymous client gets into the demo instance now. */
async function accepts(dev: DevFile): Promise<boolean> {
  const attempt = new Cleanups()
  try {
    await Client.connect(`mqtt://127.0.0.1:${dev.demo.mqttPort}`, { version: 4 }, attempt)
    return true
  } catch {
    return false
  } finally {
    await attempt.run()
  }
}

test('one command leads to a service with an API key and a demo instance that lets anonymous clients in', {
  timeout: 95_000
}, async () => {
  first = await within(90_000, 'first npm start until dev.json', () => start().ready())

  expect(statSync(running.devFile).mode & 0o777).toBe(0o600)
  expect(first).toEqual({
    apiUrl: `http://127.0.0.1:${settings.env.PARLEY_HTTP_PORT}/api/v1`,
    adminUrl: `http://127.0.0.1:${settings.env.PARLEY_HTTP_PORT}/`,
    apiKey: expect.stringMatching(/^pk_/),
    adminEmail: expect.stringContaining('@'),
    adminPassword: expect.stringMatching(/./),
    pid: running.pid,
    demo: {
      instanceId: expect.stringMatching(/^mqtt-[a-z0-9]{8}$/),
      mqttPort: expect.any(Number),
      wsUrl: `ws://127.0.0.1:${settings.env.PARLEY_EDGE_PORT}/${first.demo.instanceId}/mqtt`,
      httpUrl: `http://127.0.0.1:${settings.env.PARLEY_EDGE_PORT}/${first.demo.instanceId}`
    }
  })
  const demo = await new Rest(first.apiUrl, first.apiKey).instance(first.demo.instanceId)
  expect(demo).toMatchObject({
    status: 'running',
    authentication: { anonymous: true },
    rollout: { nodes: 1, applied: 1 },
    endpoints: { mqtt: `mqtt://127.0.0.1:${first.demo.mqttPort}`, ws: first.demo.wsUrl }
  })
  expect(await accepts(first)).toBe(true)
  const overWebSocket = await Client.connect(first.demo.wsUrl, { version: 5 }, cleanups)
  await overWebSocket.disconnect()
})

test('it prints its steps with their times, and lines to paste', async () => {
  await until('the banner is printed', () => running.stdout.includes('Ctrl-C'))
  expect(running.stdout).toMatch(/^\[1\/\d+\] .*\d\.\d s/m)
  for (const pasted of ['mosquitto_sub', 'mosquitto_rr', "require('mqtt')", first.apiKey, first.adminUrl]) {
    expect(running.stdout).toContain(pasted)
  }
  expect((await fetch(first.adminUrl)).status).toBe(200)
})

test('a second start on a folder in use says so and disturbs nothing', async () => {
  const second = new NpmStart(settings, cleanups)
  expect(await second.exited()).toEqual({ code: 1, signal: null })
  expect(second.stderr.trim().split('\n')).toHaveLength(1)
  expect(await accepts(first)).toBe(true)
  expect(existsSync(running.devFile)).toBe(true)
})

test('Ctrl-C stops everything that it started', async () => {
  expect(await running.pressCtrlC()).toEqual({ code: 0, signal: null })
  expect(existsSync(running.devFile)).toBe(false)
  expect(processesNaming(settings.dataDir)).toEqual([])
})

test('a second start has the data of the first, in under 10 s', { timeout: 60_000 }, async () => {
  const second = await within(10_000, 'second npm start until dev.json', () => start().ready())
  expect(second.apiKey).toBe(first.apiKey)
  expect(second.demo).toEqual(first.demo)
  expect(await accepts(second)).toBe(true)
})

test('a killed data plane is back and accepting within 5 s', async () => {
  const killed = dataPlanes()
  expect(killed).toHaveLength(1)
  kill(killed[0]!)
  await within(5_000, 'killed data plane until it accepts', async () => {
    await until('the killed process is gone', () => !isAlive(killed[0]!))
    await until('the demo instance accepts again', () => accepts(first))
  })
  expect(dataPlanes()).not.toContain(killed[0])
})

test('a start after kill -9 heals what was left behind', { timeout: 60_000 }, async () => {
  kill(running.pid)
  await running.exited()
  const healed = await within(20_000, 'npm start after a kill of the supervisor', () => start().ready())
  expect(healed.apiKey).toBe(first.apiKey)
  expect(healed.demo).toEqual(first.demo)
  expect(await accepts(healed)).toBe(true)
  expect(dataPlanes()).toHaveLength(1)

  expect(await running.pressCtrlC()).toEqual({ code: 0, signal: null })
  expect(processesNaming(settings.dataDir)).toEqual([])
})

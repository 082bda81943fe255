import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isAlive, waitUntil } from '@parley/embedded'
import { expect, onTestFinished, test } from 'vitest'
import { StartError } from './start-error.js'
import { Supervised } from './supervisor.js'

const timeoutMs = 5_000

interface Child {
  supervised: Supervised
  dir: string
  said: string[]
}

/** A supervised process that runs `code`. */
function child(code: string): Child {
  const dir = mkdtempSync(join(tmpdir(), 'parley-supervisor-'))
  const script = join(dir, 'main.mjs')
  writeFileSync(script, code)
  const said: string[] = []
  const process_ = { name: 'child', args: [script], env: { ...process.env, PORT: '7' } }
  const supervised = new Supervised(process_, dir, (line) => said.push(line))
  onTestFinished(async () => {
    await supervised.stop()
    rmSync(dir, { recursive: true, force: true })
  })
  return { supervised, dir, said }
}

const steady = `
process.on('SIGTERM', () => { console.log('drained'); process.exit(0) })
process.on('disconnect', () => process.exit(0))
console.log('port', process.env.PORT)
process.send({ ready: true, port: Number(process.env.PORT) })
`

test('tells the port that the child tells when it is ready', async () => {
  const { supervised } = child(steady)
  expect(await supervised.start()).toBe(7)
})

test('starts a killed child again, with the variables set since, and shows its last lines', async () => {
  const { supervised, dir, said } = child(steady)
  await supervised.start()
  supervised.setVariable('PORT', '8')
  const first = supervised.pid!
  process.kill(first, 'SIGKILL')
  const log = () => readFileSync(join(dir, 'child.log'), 'utf8')
  expect(await waitUntil(() => log().includes('port 8'), timeoutMs)).toBe(true)
  expect(supervised.pid).not.toBe(first)
  expect(said.join('\n')).toMatch(/child died \(SIGKILL\).*\nport 7\nStarting child again in 0\.2 s/)
})

test('stops a child gracefully and does not start it again', async () => {
  const { supervised, dir, said } = child(steady)
  await supervised.start()
  const pid = supervised.pid!
  await supervised.stop()
  expect(isAlive(pid)).toBe(false)
  expect(readFileSync(join(dir, 'child.log'), 'utf8')).toContain('drained')
  expect(supervised.pid).toBe(pid)
  expect(said).toEqual([])
})

test('does not start a child again that ended by itself while all is being stopped', async () => {
  const { supervised, said } = child(steady)
  await supervised.start()
  supervised.noMoreRestarts()
  const pid = supervised.pid!
  process.kill(pid, 'SIGTERM')
  expect(await waitUntil(() => !isAlive(pid), timeoutMs)).toBe(true)
  await supervised.stop()
  expect(supervised.pid).toBe(pid)
  expect(said).toEqual([])
})

test('gives up a child that never becomes ready, and says where to look', async () => {
  const { supervised, said } = child("console.error('no such thing'); process.exit(3)")
  const failure = await supervised.start().catch((error) => error)
  expect(failure).toBeInstanceOf(StartError)
  expect(failure.message).toMatch(/child died 3 times before it was ready: see .*child\.log/)
  expect(said.join('\n')).toContain('no such thing')
})

test('a stop during the start ends the wait', async () => {
  const { supervised } = child('setInterval(() => {}, 1000)')
  const starting = supervised.start().catch((error) => error)
  await supervised.stop()
  expect(await starting).toBeInstanceOf(StartError)
})

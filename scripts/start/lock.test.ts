import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { claimFolder } from './lock.js'
import { StartError } from './start-error.js'

function dataDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'parley-start-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

test('a folder is claimed by one start at a time', () => {
  const dir = dataDir()
  const lock = claimFolder(dir)
  expect(lock.healed).toBe(false)
  expect(() => claimFolder(dir)).toThrow(StartError)
  expect(() => claimFolder(dir)).toThrow(/PARLEY_DATA_DIR/)
  lock.release()
  expect(readdirSync(dir)).toEqual([])
  claimFolder(dir).release()
})

test('the claim of a start that was killed is taken over', async () => {
  const dir = dataDir()
  const child = spawn(process.execPath, ['-e', ''])
  await new Promise((resolve) => child.once('exit', resolve))
  writeFileSync(join(dir, 'npm-start.pid'), `${child.pid}\nnode scripts/start.ts\n`)
  const lock = claimFolder(dir)
  expect(lock.healed).toBe(true)
  lock.release()
})

test('a process that got the number of a killed start is no start', () => {
  const dir = dataDir()
  writeFileSync(join(dir, 'npm-start.pid'), `${process.ppid}\nnode scripts/start.ts\n`)
  claimFolder(dir).release()
})

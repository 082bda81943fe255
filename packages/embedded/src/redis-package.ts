import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { findOnPath } from './environment.js'
import { lastLines } from './server-process.js'

// The distribution's own package, signed and checked by apt, unpacked into a folder: no root, nothing installed. apt gets
// state folders of its own; `install --download-only` fetches redis-server and those libraries that the system lacks.

/** The program is in the tools' package, its name a link in the other. `--reinstall`: also when the system has an old one. */
const packages = ['redis-server', 'redis-tools']
const fetchTimeoutMs = 120_000

/** True on Debian, Ubuntu and what descends from them. */
export function canUnpackPackage(): boolean {
  return process.platform === 'linux' && Boolean(findOnPath('apt-get')) && Boolean(findOnPath('dpkg-deb'))
}

/** Fetches and unpacks redis-server into `folder`, which appears only when it is complete. */
export function unpackRedis(folder: string): void {
  mkdirSync(dirname(folder), { recursive: true })
  const work = mkdtempSync(`${folder}.unfinished-`)
  try {
    const archives = fetchArchives(work)
    const unpacked = join(work, 'root')
    for (const archive of archives) run('dpkg-deb', ['-x', archive, unpacked])
    rmSync(folder, { recursive: true, force: true })
    renameSync(unpacked, folder)
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** Where the libraries of the unpacked package lie. */
export function libraryPath(folder: string): string {
  const dirs = ['usr/lib', 'lib'].map((dir) => join(folder, dir)).filter(existsSync)
  const nested = dirs.flatMap((dir) =>
    readdirSync(dir, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name.includes('linux-gnu'))
      .map((entry) => join(dir, entry.name))
  )
  return [...nested, ...dirs].join(':')
}

function fetchArchives(work: string): string[] {
  const archives = join(work, 'cache', 'archives')
  mkdirSync(join(archives, 'partial'), { recursive: true })
  mkdirSync(join(work, 'lists', 'partial'), { recursive: true })
  const options = [
    `Dir::State::lists=${join(work, 'lists')}`,
    `Dir::Cache=${join(work, 'cache')}`,
    `Dir::Log=${join(work, 'log')}`,
    'Debug::NoLocking=1',
    'APT::Sandbox::User=',
    'APT::Get::Assume-Yes=1',
    'Acquire::Retries=1'
  ].flatMap((option) => ['-o', option])
  // One unreachable source of several makes the update fail; the download says whether that matters.
  const update = spawnSync('apt-get', [...options, '-qq', 'update'], {
    encoding: 'utf8',
    timeout: fetchTimeoutMs
  })
  const install = ['install', '--download-only', '--reinstall', '--no-install-recommends', ...packages]
  run('apt-get', [...options, '-qq', ...install])
  const names = readdirSync(archives).filter((name) => name.endsWith('.deb'))
  if (names.length === 0) throw new Error(`apt-get found no package: ${lastLines(update.stderr, 1)}`)
  return names.map((name) => join(archives, name))
}

function run(command: string, args: string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8', timeout: fetchTimeoutMs })
  if (status !== 0) throw new Error(`${command}: ${error?.message ?? lastLines(stderr, 1)}`)
}

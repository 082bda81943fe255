import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { EmbeddedServerError } from './embedded-server-error.js'
import { findOnPath, serverEnvironment } from './environment.js'
import { canUnpackPackage, libraryPath, unpackRedis } from './redis-package.js'

/** A Redis that can be started. */
export interface RedisBinary {
  command: string
  env: Record<string, string>
}

const programs = ['redis-server', 'valkey-server']
/** The oldest that BullMQ and the scripts of this project run on. */
const versionMin = [6, 2]
const remedy =
  'Set REDIS_URL=redis://host:6379, or install it: `apt-get install redis-server`, `brew install redis`.'

/**
 * redis-server or valkey-server on PATH; else the one in the cache; else, on Debian and Ubuntu, the distribution's
 * package, unpacked into the cache. `announce` hears of the download before it begins.
 */
export function findRedis(cacheDir: string, announce: (text: string) => void): RedisBinary {
  const onPath = findOnPath(...programs)
  if (onPath && isNewEnough(versionOf({ command: onPath, env: {} }))) return { command: onPath, env: {} }
  const folder = join(cacheDir, `redis-${process.platform}-${process.arch}`)
  const cached = binaryIn(folder)
  if (cached) return cached
  if (!canUnpackPackage()) throw new EmbeddedServerError(notFound(onPath), remedy)
  announce(`${notFound(onPath)} Unpacking the distribution's package into ${folder} (nothing is installed).`)
  unpack(folder)
  const unpacked = binaryIn(folder)
  if (!unpacked) {
    throw new EmbeddedServerError("The distribution's Redis is older than 6.2 or does not run.", remedy)
  }
  return unpacked
}

function notFound(onPath: string | undefined): string {
  return onPath ? `${onPath} is older than ${versionMin.join('.')}.` : 'Redis is not installed.'
}

function unpack(folder: string): void {
  try {
    unpackRedis(folder)
  } catch (error) {
    throw new EmbeddedServerError(`Redis could not be fetched: ${(error as Error).message}.`, remedy, {
      cause: error
    })
  }
}

function binaryIn(folder: string): RedisBinary | undefined {
  const command = join(folder, 'usr', 'bin', 'redis-server')
  if (!existsSync(command)) return undefined
  const binary = { command, env: { LD_LIBRARY_PATH: libraryPath(folder) } }
  return isNewEnough(versionOf(binary)) ? binary : undefined
}

/** Undefined when it does not run. */
function versionOf({ command, env }: RedisBinary): number[] | undefined {
  const { status, stdout } = spawnSync(command, ['--version'], {
    env: serverEnvironment(env),
    encoding: 'utf8'
  })
  const match = /v=(\d+)\.(\d+)/.exec(stdout ?? '')
  return status === 0 && match ? [Number(match[1]), Number(match[2])] : undefined
}

function isNewEnough(version: number[] | undefined): boolean {
  if (!version) return false
  const [major, minor] = version as [number, number]
  return major > versionMin[0]! || (major === versionMin[0] && minor >= versionMin[1]!)
}

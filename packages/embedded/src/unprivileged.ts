import { spawnSync } from 'node:child_process'
import { chownSync, existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { EmbeddedServerError } from './embedded-server-error.js'
import { findOnPath } from './environment.js'

/** How to run a program that refuses to run as root. */
export interface Unprivileged {
  /** The account to run as; undefined: as it is. */
  uid?: number
  gid?: number
  /** Words to put before the command. */
  prefix: string[]
}

interface Account {
  uid: number
  gid: number
}

const root = 0
/** Preferred accounts, as named in /etc/passwd. */
const accounts = ['postgres', 'nobody']
/** The kernel's number for "nobody": the account that root shows as in a user namespace of its own. */
const overflowId = 65_534
const othersMaySearch = 0o001
const groupMaySearch = 0o010

/**
 * The way to run Postgres without being root, with access to all `paths`: as it is; as an unprivileged account; or,
 * below a folder that no such account may enter, as root that a user namespace shows as nobody.
 */
export function unprivileged(paths: string[]): Unprivileged {
  if (process.getuid?.() !== root) return { prefix: [] }
  const account = findAccount()
  if (account && paths.every((path) => mayReach(path, account))) return { ...account, prefix: [] }
  const unshare = findOnPath('unshare')
  const prefix = [unshare ?? '', '--user', `--map-user=${overflowId}`, `--map-group=${overflowId}`]
  if (unshare && spawnSync(unshare, [...prefix.slice(1), 'true']).status === 0) return { prefix }
  throw new EmbeddedServerError(
    'Postgres does not run as root, and no unprivileged account may enter its folders.',
    'Run as another user, set PARLEY_DATA_DIR to a folder that every account may enter, or set DATABASE_URL.'
  )
}

/** Gives a folder, with all in it, to the account that `way` runs as, unless it is theirs already. */
export function giveTo(dir: string, way: Unprivileged): void {
  if (process.getuid?.() !== root) return
  const uid = way.uid ?? root
  const gid = way.gid ?? root
  if (statSync(dir).uid === uid) return
  const { status } = spawnSync('chown', ['-R', `${uid}:${gid}`, dir])
  if (status !== 0) chownSync(dir, uid, gid)
}

function findAccount(): Account | undefined {
  if (!existsSync('/etc/passwd')) return undefined
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n')
  const line = accounts.map((name) => lines.find((l) => l.startsWith(`${name}:`))).find(Boolean)
  if (!line) return undefined
  const [, , uid, gid] = line.split(':')
  return { uid: Number(uid), gid: Number(gid) }
}

/** True when the account may enter every folder above `path`. */
function mayReach(path: string, account: Account): boolean {
  for (let dir = dirname(resolve(path)); ; dir = dirname(dir)) {
    const { mode, uid, gid } = statSync(dir)
    const bit = uid === account.uid ? 0o100 : gid === account.gid ? groupMaySearch : othersMaySearch
    if ((mode & bit) === 0) return false
    if (dir === dirname(dir)) return true
  }
}

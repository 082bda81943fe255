import { randomBytes } from 'node:crypto'
import { readStoredUser, type StoredUser, type Version } from '@parley/contracts'
import type { Redis } from 'ioredis'
import { keys } from './keys.js'
import { parseVersion } from './notice.js'
import { swapUsers, writeUsers as writeScript } from './scripts.js'
import { eachAtOnce } from './stored-snapshots.js'

// The users of an instance are one hash, because there may be 100,000 of them: a snapshot would carry all of them to every
// node with each change. Next to the users, the hash says from which state of the instance it was written. By that a
// writer that is late, such as another replica of the API, is told from the newest, so that no user comes back who was
// deleted; and a hash that lacks it is not complete: whoever is not in it may exist nonetheless.

/** No username holds U+0000, neither in the API nor in an MQTT packet. */
const versionField = '\0version'
/**
 * Users read or marked by one command. A node does this for all clients of an instance at once, and what is encoded or parsed in one
 * turn of its event loop keeps everybody else waiting: so many take about half a millisecond.
 */
const usersPerCommand = 64
/** A new hash whose writer dies half-way disappears by itself. */
const unfinishedMs = 60_000

/** `older`: what stands was written from a newer state. `incomplete`: there is no whole hash of this epoch to change. */
export type UsersWrite = 'written' | 'older' | 'incomplete'

/**
 * Writes the users that changed, and removes those that are null, at once. `state` is where the instance stood in the
 * database before they were read there: the hash is complete up to it from then on. Only `replaceUsers` makes a hash.
 */
export async function writeUsers(
  redis: Redis,
  instanceId: string,
  changed: ReadonlyMap<string, StoredUser | null>,
  { epoch, revision }: Version
): Promise<UsersWrite> {
  const hashes = [keys.users(instanceId), keys.usersSeen(instanceId)]
  const pairs = [...changed].flatMap(([username, user]) => [username, user ? format(user) : ''])
  const result = await redis.eval(writeScript, 2, ...hashes, epoch, revision, versionField, ...pairs)
  if (result === 1) return 'written'
  return result === 0 ? 'older' : 'incomplete'
}

/**
 * Writes all users anew, in chunks, and puts them in the place of what stands at once: nobody ever finds half of them.
 * `state` as in `writeUsers`: before the first chunk was read.
 */
export async function replaceUsers(
  redis: Redis,
  instanceId: string,
  chunks: Iterable<ReadonlyMap<string, StoredUser>> | AsyncIterable<ReadonlyMap<string, StoredUser>>,
  state: Version
): Promise<'written' | 'older'> {
  const users = keys.users(instanceId)
  const unfinished = `${users}:${randomBytes(6).toString('hex')}`
  await redis.hset(unfinished, versionField, '')
  for await (const chunk of chunks) {
    await redis.pexpire(unfinished, unfinishedMs)
    const fields = [...chunk].flatMap(([username, user]) => [username, format(user)])
    if (fields.length > 0) await redis.hset(unfinished, ...fields)
  }
  const { epoch, revision } = state
  const result = await redis.eval(swapUsers, 2, users, unfinished, epoch, revision, versionField)
  if (result === -1) throw new Error(`the users of ${instanceId} were lost while they were written`)
  return result === 1 ? 'written' : 'older'
}

/** Removes everything of the users of an instance that is deleted. */
export async function removeUsers(redis: Redis, instanceId: string): Promise<void> {
  await redis.unlink(keys.users(instanceId), keys.usersSeen(instanceId))
}

/** The state of the instance up to which the stored users are complete; undefined when Redis has lost or never had them. */
export async function readUsersVersion(redis: Redis, instanceId: string): Promise<Version | undefined> {
  return parseVersion(await redis.hget(keys.users(instanceId), versionField))
}

/** `readUsersVersion` for many; an instance whose users are not there is absent from the answer. */
export async function readUsersVersions(
  redis: Redis,
  instanceIds: readonly string[]
): Promise<Map<string, Version>> {
  const versions = new Map<string, Version>()
  await eachAtOnce(instanceIds, async (instanceId) => {
    const version = await readUsersVersion(redis, instanceId)
    if (version) versions.set(instanceId, version)
  })
  return versions
}

/**
 * The stored user; null when there is none, or what is stored is no user. Whoever concludes from null that a user was
 * deleted, rather than that Redis was emptied, asks `readUsersVersion` too.
 */
export async function readUser(
  redis: Redis,
  instanceId: string,
  username: string
): Promise<StoredUser | null> {
  return parse(await redis.hget(keys.users(instanceId), username))
}

/** `readUser` for many, in their order, few at a time: not all of them are of the same moment. */
export async function readUsers(
  redis: Redis,
  instanceId: string,
  usernames: readonly string[]
): Promise<(StoredUser | null)[]> {
  const users: (StoredUser | null)[] = []
  for (let from = 0; from < usernames.length; from += usersPerCommand) {
    const some = usernames.slice(from, from + usersPerCommand)
    for (const text of await redis.hmget(keys.users(instanceId), ...some)) users.push(parse(text))
  }
  return users
}

function format({ hash, status }: StoredUser): string {
  return JSON.stringify({ hash, status })
}

function parse(text: string | null): StoredUser | null {
  if (text === null) return null
  const reading = readStoredUser(text)
  return 'user' in reading ? reading.user : null
}

/** Notes when clients were last let in with these usernames (epoch ms), few at a time. */
export async function markSeen(
  redis: Redis,
  instanceId: string,
  seen: ReadonlyMap<string, number>
): Promise<void> {
  const all = [...seen]
  for (let from = 0; from < all.length; from += usersPerCommand) {
    const some = all.slice(from, from + usersPerCommand)
    await redis.hset(keys.usersSeen(instanceId), ...some.flat())
  }
}

/** When clients were last let in with these usernames (epoch ms), in their order; null: never. */
export async function readSeen(
  redis: Redis,
  instanceId: string,
  usernames: readonly string[]
): Promise<(number | null)[]> {
  if (usernames.length === 0) return []
  const seen = await redis.hmget(keys.usersSeen(instanceId), ...usernames)
  return seen.map((ms) => (ms !== null && /^\d{1,15}$/.test(ms) ? Number(ms) : null))
}

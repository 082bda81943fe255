import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hash } from '@node-rs/argon2'
import { connectRedis, replaceUsers } from '@parley/config-feed'
import type { StoredUser } from '@parley/contracts'
import { cleanUp, createTestRedis, type TestRedis } from '@parley/testkit'
import type { Redis } from 'ioredis'
import { pino } from 'pino'
import { Credentials } from '../../src/auth/credentials.js'
import { VerifiedPasswords } from '../../src/auth/verified-passwords.js'
import { type InstanceOptions, TestDataPlane, type TestInstance } from './data-plane.js'

const log = pino({ level: 'silent' })

/** What the control plane writes of a generated password. */
export function fastHash(password: string): string {
  const salt = randomBytes(16)
  const digest = createHash('sha256').update(salt).update(password).digest('hex')
  return `sha256$${salt.toString('hex')}$${digest}`
}

export function slowHash(password: string): Promise<string> {
  return hash(password)
}

export type Users = Record<string, StoredUser>

/** A node whose users are in a Redis of its own, as the control plane would write them. */
export class NodeWithUsers {
  readonly redis: TestRedis
  readonly client: Redis
  readonly plane: TestDataPlane
  #revision = 1

  private constructor(redis: TestRedis, client: Redis, plane: TestDataPlane) {
    this.redis = redis
    this.client = client
    this.plane = plane
  }

  /** `dir`: where the node remembers verified passwords; `redis`: that of an earlier node. */
  static async start({ dir, redis }: { dir?: string; redis?: TestRedis } = {}): Promise<NodeWithUsers> {
    const own = redis ?? (await createTestRedis())
    const folder = dir ?? newFolder()
    const client = connectRedis(own.url, log, 'users')
    await once(client, 'ready')
    const verified = new VerifiedPasswords(folder, log)
    await verified.open()
    const credentials = new Credentials({ redis: client, verified, log })
    const plane = await TestDataPlane.start({ credentials })
    plane.onStop(async () => {
      await credentials.close()
      await verified.close()
      client.disconnect()
      if (!redis) await own.end()
    })
    return new NodeWithUsers(own, client, plane)
  }

  async instance(users: Users, options: InstanceOptions = {}, id?: string): Promise<TestInstance> {
    const instance = await this.plane.instance({ anonymous: false, ...options }, id)
    await this.write(instance, users)
    return instance
  }

  /** Writes all users of an instance, without telling the node. */
  async write(instance: TestInstance, users: Users): Promise<number> {
    const revision = ++this.#revision
    await replaceUsers(this.client, instance.id, [new Map(Object.entries(users))], { epoch: 1, revision })
    return revision
  }
}

export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'parley-passwords-'))
  cleanUp(async () => rmSync(folder, { recursive: true, force: true }))
  return folder
}

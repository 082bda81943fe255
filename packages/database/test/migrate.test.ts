import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type EmbeddedServer, startPostgres } from '@parley/embedded'
import pg from 'pg'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import {
  assertDatabaseReachable,
  createDatabase,
  type Database,
  DatabaseUnreachableError,
  MigrationFailedError,
  migrate
} from '../src/index.js'

let postgres: EmbeddedServer
const dir = mkdtempSync(join(tmpdir(), 'parley-database-'))

beforeAll(async () => {
  chmodSync(dir, 0o755)
  postgres = await startPostgres({ dir, fast: true })
})

afterAll(async () => {
  await postgres?.stop()
  rmSync(dir, { recursive: true, force: true })
})

/** The URL of a new, empty database. */
async function emptyDatabase(): Promise<string> {
  const name = `t${crypto.randomUUID().replaceAll('-', '')}`
  await run(postgres.url, `create database ${name}`)
  return postgres.url.replace(/\/postgres$/, `/${name}`)
}

async function run(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(sql).finally(() => client.end())
}

async function migrated(): Promise<Database> {
  const url = await emptyDatabase()
  await migrate(url)
  const db = createDatabase(url)
  onTestFinished(() => db.$disconnect())
  return db
}

function instance(tenantId: string, id: string, name: string, mqttPort: number) {
  return { id, tenantId, name, mqttPort, settings: {} }
}

test('an empty database is migrated once, by however many at a time', async () => {
  const url = await emptyDatabase()
  const applied = (await Promise.all([migrate(url), migrate(url), migrate(url)])).flat()
  expect(applied).toEqual([
    '20261122000000_control_plane',
    '20261123000000_users_and_policies',
    '20261127000000_account_sessions'
  ])
  expect(await migrate(url)).toEqual([])
})

test('a migrated database holds the control plane at epoch 1', async () => {
  const db = await migrated()
  expect(await db.controlPlane.findMany()).toEqual([{ id: 1, epoch: 1 }])
  await expect(db.controlPlane.create({ data: { id: 2 } })).rejects.toThrow()
})

test('names and ports are unique among the instances that are not deleted', async () => {
  const db = await migrated()
  const { id: tenantId } = await db.tenant.create({ data: { name: 'a' } })
  await db.instance.create({ data: instance(tenantId, 'mqtt-00000001', 'line', 21000) })

  const sameName = db.instance.create({ data: instance(tenantId, 'mqtt-00000002', 'line', 21001) })
  await expect(sameName).rejects.toMatchObject({ code: 'P2002' })
  const samePort = db.instance.create({ data: instance(tenantId, 'mqtt-00000003', 'other', 21000) })
  await expect(samePort).rejects.toMatchObject({ code: 'P2002' })

  await db.instance.update({ where: { id: 'mqtt-00000001' }, data: { deletedAt: new Date() } })
  const again = await db.instance.create({ data: instance(tenantId, 'mqtt-00000004', 'line', 21000) })
  expect(again).toMatchObject({ revision: 1, status: 'running', remark: '', deletedAt: null })
})

test('two tenants may use one instance name', async () => {
  const db = await migrated()
  const a = await db.tenant.create({ data: { name: 'a' } })
  const b = await db.tenant.create({ data: { name: 'b' } })
  await db.instance.create({ data: instance(a.id, 'mqtt-00000001', 'line', 21000) })
  await db.instance.create({ data: instance(b.id, 'mqtt-00000002', 'line', 21001) })
  expect(await db.instance.count({ where: { tenantId: b.id } })).toBe(1)
})

test('a database with tables of somebody else is left alone', async () => {
  const url = await emptyDatabase()
  await run(url, 'create table theirs (n int)')
  const failure = await migrate(url).catch((error) => error)
  expect(failure).toBeInstanceOf(MigrationFailedError)
  expect(failure.message).toContain('not empty')
})

test('a database that answers is reachable', async () => {
  await expect(assertDatabaseReachable(postgres.url)).resolves.toBeUndefined()
})

test.each([
  ['postgresql://u:hidden@127.0.0.1:1/db', /127\.0\.0\.1:1\/db refuses connections/],
  ['postgresql://u:hidden@parley.invalid/db', /parley\.invalid:5432\/db/],
  ['redis://127.0.0.1', /must begin with postgresql:\/\//],
  ['nonsense', /is not a URL/]
])('of %s it says in one sentence why it is not reachable', async (url, sentence) => {
  const failure = await assertDatabaseReachable(url, 1_000).catch((error) => error)
  expect(failure).toBeInstanceOf(DatabaseUnreachableError)
  expect(failure.message).toMatch(sentence)
  expect(failure.message).not.toContain('hidden')
})

test('a database that does not exist is named', async () => {
  const url = postgres.url.replace(/\/postgres$/, '/absent')
  await expect(assertDatabaseReachable(url)).rejects.toThrow(/\/absent has no database of that name/)
})

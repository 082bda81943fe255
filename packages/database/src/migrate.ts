import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PrismaPg } from '@prisma/adapter-pg'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import type { MigrationList, SchemaEngine } from '@prisma/schema-engine-wasm/schema_engine_bg'
import pg from 'pg'

type Engine = typeof import('@prisma/schema-engine-wasm/schema_engine_bg')
type EngineAdapter = Parameters<Engine['SchemaEngine']['new']>[2]

/** Node's types leave this global to the browser's: the part of it that is used here. */
declare const WebAssembly: {
  instantiate(binary: Uint8Array, imports: object): Promise<{ instance: { exports: EngineExports } }>
}
interface EngineExports {
  __wbindgen_start(): void
}

/** Holds for `src` and for `dist` alike: both lie two folders below the root. */
const prismaDir = resolve(import.meta.dirname, '../../../prisma')
const lockFile = 'migration_lock.toml'

/** Keeps two processes from migrating one database at the same time; any number that nothing else here uses. */
const advisoryLockKey = 7_276_539

/** A migration did not go through; the message says what Postgres or the engine said. */
export class MigrationFailedError extends Error {
  override readonly name = 'MigrationFailedError'
}

/**
 * Brings the database at `url` to the newest migration and returns the names of those that it applied: what
 * `prisma migrate deploy` does, with the same bookkeeping, inside this process.
 */
export async function migrate(url: string): Promise<string[]> {
  const guard = new pg.Client({ connectionString: url })
  await guard.connect()
  try {
    await guard.query('select pg_advisory_lock($1)', [advisoryLockKey])
    return await applyMigrations(url)
  } finally {
    await guard.end()
  }
}

async function applyMigrations(url: string): Promise<string[]> {
  const adapter = new EnginePg({ connectionString: url })
  let engine: SchemaEngine | undefined
  try {
    engine = await startEngine(adapter)
    const { appliedMigrationNames } = await engine.applyMigrations({
      migrationsList: readMigrations(join(prismaDir, 'migrations')),
      filters: { externalTables: [], externalEnums: [] }
    })
    return appliedMigrationNames
  } catch (error) {
    const reason = adapter.scriptError ?? (error as Error)
    throw new MigrationFailedError(`The database could not be migrated: ${reason.message}`, { cause: error })
  } finally {
    engine?.free()
    await adapter.close()
  }
}

let loading: Promise<Engine> | undefined

async function startEngine(adapter: EnginePg): Promise<SchemaEngine> {
  loading ??= loadEngine()
  const { SchemaEngine } = await loading
  const schema = readFileSync(join(prismaDir, 'schema.prisma'), 'utf8')
  return SchemaEngine.new(
    { datamodels: [['schema.prisma', schema]] },
    () => undefined,
    bindMigrationAwareSqlAdapterFactory(adapter) as unknown as EngineAdapter
  )
}

/**
 * The schema engine as WebAssembly: Prisma's own loader wants a bundler, so its module is instantiated by hand. Once a
 * process: its glue keeps views into the memory of the first instance.
 */
async function loadEngine(): Promise<Engine> {
  const glueUrl = import.meta.resolve('@prisma/schema-engine-wasm/schema_engine_bg')
  const glue = (await import(glueUrl)) as Engine & { __wbg_set_wasm(exports: object): void }
  const binary = readFileSync(fileURLToPath(glueUrl).replace(/\.js$/, '.wasm'))
  const { instance } = await WebAssembly.instantiate(binary, { './schema_engine_bg.js': glue })
  glue.__wbg_set_wasm(instance.exports)
  instance.exports.__wbindgen_start()
  return glue
}

function readMigrations(baseDir: string): MigrationList {
  const lock = join(baseDir, lockFile)
  const names = readdirSync(baseDir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
  return {
    baseDir,
    lockfile: { path: lockFile, content: existsSync(lock) ? readFileSync(lock, 'utf8') : null },
    shadowDbInitScript: '',
    migrationDirectories: names.map((path) => ({
      path,
      migrationFile: {
        path: 'migration.sql',
        content: { tag: 'ok', value: readFileSync(join(baseDir, path, 'migration.sql'), 'utf8') }
      }
    }))
  }
}

type Connection = Awaited<ReturnType<PrismaPg['connect']>>

/** The client's adapter, with scripts sent whole: it would cut them at every `;`, also inside strings and functions. */
class EnginePg extends PrismaPg {
  readonly #open: Connection[] = []
  /** What Postgres said of the script that failed: the engine itself passes on no more than "external error". */
  scriptError: Error | undefined

  override async connect(): Promise<Connection> {
    const connection = await super.connect()
    this.#open.push(connection)
    connection.executeScript = async (script) => {
      try {
        await connection.underlyingDriver().query(script)
      } catch (error) {
        this.scriptError = error as Error
        throw error
      }
    }
    return connection
  }

  /** Ends every connection that the engine opened. */
  async close(): Promise<void> {
    await Promise.all(this.#open.map((connection) => connection.dispose()))
  }
}

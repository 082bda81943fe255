#!/usr/bin/env node
// Stands in for Prisma's native `schema-engine`, which only its own servers hand out: the same JSON-RPC over stdio,
// answered by the official WASM build of the same engine, which reaches Postgres through @prisma/adapter-pg.
// prisma.config.ts points Prisma here. The in-process `migrate()` of packages/database needs none of this.
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { PrismaPg } from '@prisma/adapter-pg'
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils'
import pg from 'pg'

/** Postgres' type numbers of `"char"` and of `text`. */
const charOid = 18
const textOid = 25
/** Ends the name of a column that was a `"char"`, while it is on its way through the adapter. */
const charMark = '\0char'

const { values: options, positionals } = parseArgs({
  strict: false,
  allowPositionals: true,
  options: {
    datasource: { type: 'string' },
    datamodels: { type: 'string', multiple: true },
    'enabled-preview-features': { type: 'string' },
    'extension-types': { type: 'string' },
    version: { type: 'boolean', short: 'V' }
  }
})
/** `generate` and the like name no database; the engine wants an address nonetheless. */
const url = JSON.parse(options.datasource || '{}').url ?? 'postgresql://nobody@127.0.0.1:1/nowhere'

if (options.version) console.log('schema-engine-cli wasm')
else if (positionals[0] === 'cli') await runCommand(positionals[1])
else serveRequests()

// --- the `cli` commands -------------------------------------------------------------------------------------------

async function runCommand(command) {
  // Prisma skips the first line.
  logLine('INFO', 'schema_engine', { message: 'Starting schema engine CLI' })
  try {
    await commandOf(command)()
  } catch (error) {
    logLine('ERROR', 'schema_engine::logger', { message: publicText(error), error_code: prismaCode(error) })
    process.exitCode = 1
  }
}

function commandOf(command) {
  const database = decodeURIComponent(new URL(url).pathname.slice(1))
  switch (command) {
    case 'can-connect-to-database':
      return () => query(database, 'select 1')
    case 'create-database':
      return () => query('postgres', `create database "${database.replaceAll('"', '""')}"`)
    case 'drop-database':
      return () => query('postgres', `drop database "${database.replaceAll('"', '""')}" with (force)`)
    default:
      return () => Promise.reject(new Error(`unsupported: cli ${command}`))
  }
}

async function query(database, sql) {
  const address = new URL(url)
  address.pathname = `/${database}`
  address.search = ''
  const client = new pg.Client({ connectionString: String(address) })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}

function prismaCode(error) {
  const codes = { '3D000': 'P1003', ECONNREFUSED: 'P1001', '28P01': 'P1000', 28000: 'P1000' }
  return codes[error.code] ?? error.code ?? 'P1000'
}

function publicText(error) {
  const { hostname, port, pathname } = new URL(url)
  switch (prismaCode(error)) {
    case 'P1003':
      return `Database \`${pathname.slice(1)}\` does not exist`
    case 'P1001':
      return `Can't reach database server at \`${hostname}:${port || 5432}\``
    default:
      return error.message
  }
}

function logLine(level, target, fields) {
  process.stderr.write(`${JSON.stringify({ timestamp: new Date().toISOString(), level, target, fields })}\n`)
}

// --- JSON-RPC: one request a line, answered one after the other ---------------------------------------------------

function serveRequests() {
  let engine
  let last = Promise.resolve()
  const lines = createInterface({ input: process.stdin })
  lines.on('line', (line) => {
    const request = JSON.parse(line)
    if (!request.method) return
    last = last.then(async () => {
      try {
        engine ??= await loadEngine()
        send({ id: request.id, result: await answer(engine, request) })
      } catch (error) {
        send({ id: request.id, error: rpcError(error) })
      }
    })
  })
  lines.on('close', () => last.then(() => process.exit(0)))
}

async function answer(engine, { method, params }) {
  // These two look for the schema of a shadow database that only `devDiagnostic` makes in the WASM build.
  if (method === 'evaluateDataLoss' || method === 'createMigration') {
    await engine.devDiagnostic({ migrationsList: params.migrationsList, filters: params.filters })
  }
  const result = await engine[method === 'getDatabaseVersion' ? 'version' : method](params)
  if (method !== 'diff' || !result?.stdout) return result ?? null
  send({ id: 'print', method: 'print', params: { content: result.stdout } })
  return { ...result, stdout: null }
}

function rpcError({ message, code, meta }) {
  const data = { is_panic: false, message, error_code: code, meta: meta ?? {} }
  return { code: 4466, message, data }
}

function send(message) {
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
}

// --- the engine and its way to Postgres ---------------------------------------------------------------------------

async function loadEngine() {
  const glueUrl = import.meta.resolve('@prisma/schema-engine-wasm/schema_engine_bg')
  const glue = await import(glueUrl)
  const binary = readFileSync(fileURLToPath(glueUrl).replace(/\.js$/, '.wasm'))
  const { instance } = await WebAssembly.instantiate(binary, { './schema_engine_bg.js': glue })
  glue.__wbg_set_wasm(instance.exports)
  instance.exports.__wbindgen_start()
  const datamodels = options.datamodels?.map((path) => [path, readFileSync(path, 'utf8')])
  return glue.SchemaEngine.new({ datamodels }, () => undefined, adapter())
}

function adapter() {
  const schema = new URL(url).searchParams.get('schema') ?? undefined
  class EnginePg extends PrismaPg {
    async connect() {
      return fitted(await super.connect())
    }

    // The adapter's own shadow database ignores a connection string, and is dropped while it is in use.
    async connectToShadowDb() {
      const name = `prisma_migrate_shadow_db_${crypto.randomUUID()}`
      const main = await this.connect()
      await main.executeScript(`CREATE DATABASE "${name}"`)
      const address = new URL(url)
      address.pathname = `/${name}`
      const shadow = fitted(await new PrismaPg({ connectionString: String(address) }, { schema }).connect())
      const dispose = shadow.dispose.bind(shadow)
      shadow.dispose = async () => {
        await dispose()
        await main.executeScript(`DROP DATABASE "${name}" WITH (FORCE)`)
        await main.dispose()
      }
      return shadow
    }
  }
  return bindMigrationAwareSqlAdapterFactory(new EnginePg({ connectionString: url }, { schema }))
}

/** The client's adapter, changed in the two things in which the schema engine wants another. */
function fitted(connection) {
  const pool = connection.underlyingDriver()
  const run = pool.query.bind(pool)
  // The adapter does not know the type "char", in which the catalogue keeps its one-letter codes: let it pass as text ...
  pool.query = async (...args) => {
    const result = await run(...args)
    for (const field of result.fields ?? []) {
      if (field.dataTypeID !== charOid) continue
      field.dataTypeID = textOid
      field.name += charMark
    }
    return result
  }
  // ... and hand it on as what the engine expects.
  const queryRaw = connection.queryRaw.bind(connection)
  connection.queryRaw = async (query) => {
    const result = await queryRaw(query)
    result.columnNames.forEach((name, index) => {
      if (!name.endsWith(charMark)) return
      result.columnNames[index] = name.slice(0, -charMark.length)
      result.columnTypes[index] = ColumnTypeEnum.Character
    })
    return result
  }
  // The adapter cuts scripts at every `;`, also inside strings and function bodies: send them whole.
  connection.executeScript = async (sql) => {
    try {
      await run(sql)
    } catch (error) {
      connection.onError(error)
    }
  }
  return connection
}

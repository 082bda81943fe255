import { join } from 'node:path'
import { defineConfig } from 'prisma/config'

// Prisma's own schema engine is a binary that only its servers hand out; this one answers with the WASM build from npm.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= join(import.meta.dirname, 'scripts', 'schema-engine.mjs')

/** `generate` and `migrate diff` need no database, but the configuration needs a URL. */
const nowhere = 'postgresql://nobody@127.0.0.1:1/nowhere'

export default defineConfig({
  schema: 'prisma/schema.prisma',
  migrations: { path: 'prisma/migrations' },
  datasource: { url: process.env.DATABASE_URL ?? nowhere }
})

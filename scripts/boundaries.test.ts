import { expect, test } from 'vitest'
import { findViolations } from './boundary-rules.js'

const found = (path: string, text: string) => findViolations([{ path, text }])

test.each([
  ['packages/contracts/src/a.ts', "import { readFileSync } from 'node:fs'"],
  ['packages/contracts/src/a.ts', "import { x } from '@parley/rules'"],
  ['packages/rules/src/a.ts', "import { createHash } from 'node:crypto'"],
  ['packages/mqtt-wire/src/a.ts', "const { connect } = await import('node:net')"],
  ['packages/rules/src/a.ts', "export { x } from '@parley/jobs'"],
  ['packages/jobs/src/a.ts', "import { x } from '@parley/config-feed'"],
  ['packages/jobs/src/a.ts', "import { x } from '../../../apps/api/src/x.js'"],
  ['apps/api/src/a.ts', "import { x } from '../../data-plane/src/x.js'"],
  ['apps/api/src/a.ts', "import { x } from '@parley/data-plane'"],
  ['apps/data-plane/src/a.ts', "import type { Database } from '@parley/database'"],
  ['apps/data-plane/src/a.ts', "import pg from 'pg'"],
  ['apps/data-plane/src/a.ts', "import { PrismaClient } from '@prisma/client'"],
  ['apps/data-plane/src/a.ts', "import { startRedis } from '@parley/embedded'"],
  ['apps/data-plane/src/a.ts', "import {\n  Queue\n} from 'bullmq'"],
  ['apps/admin-ui/src/a.tsx', "import { x } from '@parley/rules'"],
  ['apps/api/src/routes/a.ts', 'const port = process.env.PARLEY_HTTP_PORT'],
  ['packages/rules/src/a.ts', "import { env } from 'node:process'"]
])('in %s this is a violation: %s', (path, text) => {
  expect(found(path, text)).not.toEqual([])
})

test.each([
  ['packages/contracts/src/a.ts', "import { Type } from 'typebox'"],
  ['packages/rules/src/a.ts', "import type { RuleDefinition } from '@parley/contracts'"],
  ['packages/mqtt-wire/src/a.ts', "import { Buffer } from 'node:buffer'"],
  ['packages/mqtt-wire/src/a.ts', "import type { Socket } from 'node:net'"],
  ['packages/jobs/src/a.ts', "import { Queue } from 'bullmq'"],
  ['packages/testkit/src/a.ts', "import { startPostgres } from '@parley/embedded'"],
  ['apps/api/src/a.ts', "import { migrate } from '@parley/database'"],
  ['apps/api/src/a.ts', "import { x } from './other.js'"],
  ['apps/api/src/config.ts', 'export const port = process.env.PARLEY_HTTP_PORT'],
  ['apps/data-plane/src/a.ts', "// once: import pg from 'pg', process.env"]
])('in %s this is allowed: %s', (path, text) => {
  expect(found(path, text)).toEqual([])
})

test('a violation says where it is', () => {
  const text = "import { a } from './a.js'\n\nimport {\n  Queue\n} from 'bullmq'\n"
  expect(found('apps/api/src/b.ts', text)).toEqual([
    { path: 'apps/api/src/b.ts', line: 5, reason: "'bullmq': bullmq lives in packages/jobs" }
  ])
})

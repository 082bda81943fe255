import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  type SpecificationVersion,
  statementCounts
} from '../apps/data-plane/test/conformance/support/statement-counts.js'
import { conformancePage, gapsOf, page, statementsOf } from './conformance.js'

const versions = Object.keys(statementCounts) as SpecificationVersion[]

describe.each(versions)('the normative statements of MQTT %s', (version) => {
  it('are all named by a test file, each once', () => {
    expect(gapsOf(version)).toEqual({ missing: [], unknown: [] })
  })

  it('stand in the file of their group', () => {
    for (const { id, file } of statementsOf(version)) {
      expect(file, id).toContain(`/${id.toLowerCase().replace(/-\d+$/, '')}.test.ts`)
    }
  })

  it('have a test, or a reason why not', () => {
    for (const { id, reason } of statementsOf(version)) expect(reason, id).not.toBe('')
  })
})

describe('docs/conformance.md', () => {
  it('is what the test files say; if not, `npm run conformance` makes it anew', () => {
    expect(readFileSync(join(import.meta.dirname, '..', page), 'utf8')).toBe(conformancePage())
  })
})

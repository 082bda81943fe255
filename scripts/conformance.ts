import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  numbersLeftOut,
  type SpecificationVersion,
  statementCounts
} from '../apps/data-plane/test/conformance/support/statement-counts.js'

const root = join(import.meta.dirname, '..')
const folder = 'apps/data-plane/test/conformance'
export const page = 'docs/conformance.md'

export interface Statement {
  id: string
  says: string
  /** Path of the test file. */
  file: string
  /** Why it has no test; undefined when it has. */
  reason: string | undefined
}

const literal = `('(?:[^'\\\\]|\\\\.)*'|"(?:[^"\\\\]|\\\\.)*"|\`[^\`]*\`)`
const call = new RegExp(
  `^(statement|noTest)\\(\\s*'(MQTT-[0-9.]+-[0-9]+)',\\s*${literal}(?:,\\s*${literal})?`,
  'gm'
)

/** Every statement that the tests of one version name, in the order of the specification. */
export function statementsOf(version: SpecificationVersion): Statement[] {
  const path = join(folder, `v${version}`)
  const found = readdirSync(join(root, path))
    .filter((file) => file.endsWith('.test.ts'))
    .flatMap((file) => readStatements(join(path, file)))
  return found.sort((one, other) => one.id.localeCompare(other.id, 'en', { numeric: true }))
}

function readStatements(file: string): Statement[] {
  const text = readFileSync(join(root, file), 'utf8')
  return [...text.matchAll(call)].map(([, kind, id, says, reason]) => ({
    id: id!,
    says: unquote(says!),
    file,
    reason: kind === 'noTest' ? unquote(reason ?? "''") : undefined
  }))
}

function unquote(text: string): string {
  return text.slice(1, -1).replace(/\\(.)/g, '$1')
}

/** Numbers of a version that no test file names, and ids that are named twice or beyond their group. */
export function gapsOf(version: SpecificationVersion): { missing: string[]; unknown: string[] } {
  const expected = Object.entries(statementCounts[version]).flatMap(([group, count]) =>
    Array.from({ length: count }, (_, at) => `MQTT-${group}-${at + 1}`)
  )
  const left = expected.filter((id) => !numbersLeftOut.includes(`${version} ${id}`))
  const named = statementsOf(version).map(({ id }) => id)
  return {
    missing: left.filter((id) => !named.includes(id)),
    unknown: named.filter((id, at) => !left.includes(id) || named.indexOf(id) !== at)
  }
}

/** The page as the test files say it. */
export function conformancePage(): string {
  const versions = Object.keys(statementCounts).reverse() as SpecificationVersion[]
  const parts = versions.map((version) => {
    const statements = statementsOf(version)
    const tested = statements.filter(({ reason }) => reason === undefined).length
    return [
      `## MQTT ${version}`,
      `${statements.length} normative statements: ${tested} shown by tests of their own, ${statements.length - tested} with the reason why not.`,
      ['| statement | what it says | shown by |', '|---|---|---|', ...statements.map(rowOf)].join('\n')
    ].join('\n\n')
  })
  return `${[
    '# Conformance',
    `Made by \`npm run conformance\` from the tests in \`${folder}/\`; \`npm test\` fails when it is not what they say. The sentences are a summary: the specification decides.`,
    ...parts
  ].join('\n\n')}\n`
}

function rowOf({ id, says, file, reason }: Statement): string {
  const shown = reason === undefined ? `[${file.split('/').pop()!}](../${file})` : cell(reason)
  return `| \`${id}\` | ${cell(says)} | ${shown} |`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}

if (process.argv[1] === import.meta.filename) writeFileSync(join(root, page), conformancePage())

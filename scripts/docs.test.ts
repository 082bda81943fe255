import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { problemCatalogue } from '@parley/contracts'
import { describe, expect, it } from 'vitest'
import { dropReasons } from '../apps/data-plane/src/ops/counters.js'

const root = join(import.meta.dirname, '..')
const read = (file: string): string => readFileSync(join(root, file), 'utf8')

/** First cells, in backticks, of the table rows of one section. */
function codesOf(section: string): string[] {
  const text = read('docs/failure-modes.md')
    .split('\n## ')
    .find((part) => part.startsWith(section))
  return [...(text ?? '').matchAll(/^\| `([a-z0-9_]+)` \|/gm)].map((match) => match[1]!)
}

describe('the failure modes', () => {
  it('list every problem code of the REST API with its status, and no other', () => {
    expect(codesOf('REST')).toEqual(Object.keys(problemCatalogue))
    for (const [code, { status }] of Object.entries(problemCatalogue)) {
      expect(read('docs/failure-modes.md')).toContain(`| \`${code}\` | ${status} |`)
    }
  })

  it('list every drop reason of the data plane, and no other', () => {
    expect(codesOf('MQTT')).toEqual([...dropReasons])
  })
})

describe('the documentation', () => {
  const pages = [
    'README.md',
    ...readdirSync(join(root, 'docs'))
      .filter((file) => file.endsWith('.md'))
      .map((file) => `docs/${file}`)
  ]

  it.each(pages)('%s names only files that exist', (page) => {
    const text = read(page)
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map((match) => join(page, '..', match[1]!))
    const base = text.includes('Paths are below `apps/data-plane/src`') ? 'apps/data-plane/src' : '.'
    const files = [...text.matchAll(/`([a-z-]+(?:\/[a-z0-9-]+)*\/[a-z0-9-]+\.(?:ts|md|mjs))`/g)].map(
      (match) => match[1]!
    )
    for (const file of links) expect(existsSync(join(root, file)), file).toBe(true)
    for (const file of files) {
      expect(existsSync(join(root, file)) || existsSync(join(root, base, file)), `${page}: ${file}`).toBe(
        true
      )
    }
  })

  it('names only npm commands that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    for (const page of pages) {
      for (const match of read(page).matchAll(/npm (?:run ([a-z:-]+)|(start|test))\b/g)) {
        expect(Object.keys(scripts), page).toContain(match[1] ?? match[2])
      }
    }
  })
})

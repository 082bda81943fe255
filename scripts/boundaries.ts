// Says who may import whom, and fails when somebody does not keep to it: `npm run boundaries`.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findViolations, type SourceFile } from './boundary-rules.js'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Tests may import what they test with: only `src` is held to the rules. */
function readSources(): SourceFile[] {
  return ['apps', 'packages'].flatMap((group) =>
    readdirSync(join(root, group)).flatMap((room) => readTree(join(root, group, room, 'src')))
  )
}

function readTree(dir: string): SourceFile[] {
  if (!existsSync(dir)) return []
  return readdirSync(dir, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|mts|js|mjs)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((file) => ({ path: relative(root, file), text: readFileSync(file, 'utf8') }))
    .filter((file) => !file.path.includes('/generated/'))
}

const files = readSources()
const violations = findViolations(files)
for (const { path, line, reason } of violations) console.error(`${path}:${line}  ${reason}`)
console.error(`${files.length} files, ${violations.length} violations`)
process.exitCode = violations.length ? 1 : 0

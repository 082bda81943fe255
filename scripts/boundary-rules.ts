import { posix } from 'node:path'

export interface SourceFile {
  /** From the root, with `/`: `apps/api/src/main.ts`. */
  path: string
  text: string
}

export interface Violation {
  path: string
  line: number
  reason: string
}

/** One import, as the rules see it. */
interface Import {
  /** Who imports: `apps/api`, `packages/rules`. */
  from: string
  /** What was written. */
  specifier: string
  /** The room of this repository that it leads to, if any. */
  to: string | undefined
  typeOnly: boolean
}

interface Rule {
  reason: string
  breaks(imported: Import): boolean
}

const contracts = 'packages/contracts'
const pure = ['packages/mqtt-wire', 'packages/rules']
const testOnly = ['packages/testkit', 'packages/embedded']

const isApp = (room: string) => room.startsWith('apps/')
const isPackage = (room: string) => room.startsWith('packages/')
const isNode = (specifier: string) => specifier.startsWith('node:')
const isOf = (library: string) => (i: Import) =>
  i.specifier === library || i.specifier.startsWith(`${library}/`)
const isPrisma = (i: Import) => i.specifier.startsWith('@prisma/') || isOf('prisma')(i)

/** Directions (apps, then packages, then contracts), and who owns which library. */
const rules: Rule[] = [
  {
    reason: 'contracts imports nothing in-house and nothing of Node',
    breaks: ({ from, to, specifier }) => from === contracts && (to !== undefined || isNode(specifier))
  },
  {
    reason: 'a pure package reaches nothing of Node but types and Buffer',
    breaks: ({ from, specifier, typeOnly }) =>
      pure.includes(from) && isNode(specifier) && specifier !== 'node:buffer' && !typeOnly
  },
  {
    reason: 'a package imports no other package than contracts (testkit may)',
    breaks: ({ from, to }) =>
      isPackage(from) && from !== 'packages/testkit' && to !== undefined && to !== contracts
  },
  {
    reason: 'an app imports no other app, and a package imports no app',
    breaks: ({ to }) => to !== undefined && isApp(to)
  },
  {
    reason: 'packages/database is for apps/api, scripts and tests only',
    breaks: ({ from, to }) => to === 'packages/database' && !['apps/api', 'packages/testkit'].includes(from)
  },
  {
    reason: 'testkit and embedded are for scripts and tests only',
    breaks: ({ from, to }) => isApp(from) && to !== undefined && testOnly.includes(to)
  },
  {
    reason: 'the admin UI imports contracts only',
    breaks: ({ from, to }) => from === 'apps/admin-ui' && to !== undefined && to !== contracts
  },
  {
    reason: 'bullmq lives in packages/jobs',
    breaks: (imported) => isOf('bullmq')(imported) && imported.from !== 'packages/jobs'
  },
  {
    reason: 'Prisma lives in packages/database',
    breaks: (imported) => isPrisma(imported) && imported.from !== 'packages/database'
  },
  {
    reason: 'pg is for packages that run or reach Postgres',
    breaks: (imported) =>
      isOf('pg')(imported) &&
      !['packages/database', 'packages/embedded', 'packages/testkit'].includes(imported.from)
  }
]

/** The one file of a room that reads the environment. */
const environmentFiles =
  /^(apps\/[^/]+\/src\/config\.ts|packages\/embedded\/src\/environment\.ts|packages\/testkit\/src\/worker\.ts)$/
const environmentPattern = /\bprocess\.env\b|\bimport\s*\{[^}]*\benv\b[^}]*\}\s*from\s*'node:process'/
const importPattern =
  /\b(import|export)\s+(type\s)?[^'"`;]*?\bfrom\s*['"]([^'"]+)['"]|\b(?:import|require|resolve)\s*\(?\s*['"]([^'"]+)['"]/g
const commentLine = /^\s*(\/\/|\/?\*)/

/** Every import, and every look at the environment, that breaks a rule. */
export function findViolations(files: SourceFile[]): Violation[] {
  return files.flatMap((file) => [...importViolations(file), ...environmentViolations(file)])
}

function importViolations({ path, text }: SourceFile): Violation[] {
  const from = roomOf(path)
  if (!from) return []
  const code = withoutComments(text)
  return [...code.matchAll(importPattern)].flatMap((match) => {
    const specifier = match[3] ?? match[4]!
    const imported: Import = {
      from,
      specifier,
      to: target(path, from, specifier),
      typeOnly: Boolean(match[2])
    }
    const line = lineOf(code, match.index + match[0].length)
    return reasons(imported).map((reason) => ({ path, line, reason: `'${specifier}': ${reason}` }))
  })
}

function reasons(imported: Import): string[] {
  const broken = rules.filter((rule) => rule.breaks(imported)).map((rule) => rule.reason)
  const around = imported.to !== undefined && imported.specifier.startsWith('.')
  return around ? [...broken, 'import another room by its name, not by its folder'] : broken
}

function environmentViolations({ path, text }: SourceFile): Violation[] {
  if (environmentFiles.test(path)) return []
  const lines = withoutComments(text).split('\n')
  return lines.flatMap((line, index) =>
    environmentPattern.test(line)
      ? [{ path, line: index + 1, reason: 'the environment is read in one file: config.ts of an app' }]
      : []
  )
}

/** The room that an import leads to when that is another one of this repository. */
function target(path: string, from: string, specifier: string): string | undefined {
  const to = specifier.startsWith('.')
    ? roomOf(posix.join(posix.dirname(path), specifier))
    : roomOfPackage(specifier)
  return to === from ? undefined : to
}

function roomOf(path: string): string | undefined {
  return /^((?:apps|packages)\/[^/]+)\//.exec(path)?.[1]
}

function roomOfPackage(specifier: string): string | undefined {
  const name = /^@parley\/([^/]+)/.exec(specifier)?.[1]
  if (!name) return undefined
  return ['api', 'data-plane', 'admin-ui'].includes(name) ? `apps/${name}` : `packages/${name}`
}

/** Lines stay where they are. */
function withoutComments(text: string): string {
  return text
    .split('\n')
    .map((line) => (commentLine.test(line) ? '' : line))
    .join('\n')
}

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split('\n').length
}

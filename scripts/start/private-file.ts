import { renameSync, rmSync, writeFileSync } from 'node:fs'

/** Writes JSON that only this account may read; whoever reads the file gets the old or the new, never a part. */
export function writePrivately(file: string, value: object): void {
  const draft = `${file}.${process.pid}`
  rmSync(draft, { force: true })
  writeFileSync(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 })
  renameSync(draft, file)
}

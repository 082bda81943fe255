import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, isPortFree } from './free-port.js'

/** The port that a server of this folder used last, so that its address stays the same over restarts. */
export function rememberedPort(dir: string): number | undefined {
  const file = join(dir, 'port')
  if (!existsSync(file)) return undefined
  const port = Number(readFileSync(file, 'utf8'))
  return Number.isInteger(port) && port > 0 ? port : undefined
}

/** Keeps the port for the next start. */
export function rememberPort(dir: string, port: number): void {
  writeFileSync(join(dir, 'port'), `${port}\n`)
}

/** The wanted port; else the one used last, if it is free; else any free one. */
export async function choosePort(dir: string, wanted?: number): Promise<number> {
  if (wanted) return wanted
  const last = rememberedPort(dir)
  return last && (await isPortFree(last)) ? last : freePort()
}

import { connect } from 'node:net'
import { cleanUp } from '@parley/testkit'
import { Redis } from 'ioredis'
import { expect } from 'vitest'

/**
 * Every command that Redis ran meanwhile on keys of this instance, in order, also inside scripts: its name in lower case,
 * then its arguments.
 */
export async function monitored(
  url: string,
  instanceId: string,
  run: () => Promise<void>
): Promise<string[][]> {
  let text = ''
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname, () => socket.write('MONITOR\r\n'))
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk
  })
  cleanUp(() => socket.destroy())
  await expect.poll(() => text).toMatch(/^\+OK\r\n/)
  await run()
  // What was asked last is shown last.
  const end = new Redis(url)
  await end.echo('the end')
  end.disconnect()
  await expect.poll(() => text).toMatch(/"the end"/)
  return text
    .split('\r\n')
    .map((line) => [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((match) => unquoted(match[1]!)))
    .filter(([, key]) => key?.startsWith(`{${instanceId}}`))
    .map(([command, ...args]) => [command!.toLowerCase(), ...args])
}

/** Of the texts of these tests: quotes, backslashes, and bytes such as `\x00`. */
function unquoted(text: string): string {
  return text.replaceAll(/\\(?:x([0-9a-f]{2})|(.))/g, (_all, hex: string | undefined, character: string) =>
    hex ? String.fromCharCode(Number.parseInt(hex, 16)) : character
  )
}

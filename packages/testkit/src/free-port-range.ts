import { randomInt } from 'node:crypto'
import { isPortFree } from '@parley/embedded'
import { workerNumber } from './worker.js'

/** Below the ports that systems give out by themselves, and beside the default range of the service. */
const lowest = 10_000
const highest = 21_000
/** Workers of the test runner keep apart: a range that one has chosen is not listened on yet when another one looks. */
const slices = 4
const slicePorts = Math.floor((highest - lowest) / slices)
const attemptsMax = 100

/** The first of `size` ports in a row that nobody listens on now, on any of these addresses. */
export async function freePortRange(size: number, hosts: readonly string[] = ['127.0.0.1']): Promise<number> {
  const from = lowest + ((workerNumber() - 1) % slices) * slicePorts
  for (let attempt = 1; attempt <= attemptsMax; attempt++) {
    const first = randomInt(from, from + slicePorts - size)
    const checks = hosts.flatMap((host) =>
      Array.from({ length: size }, (_, offset) => isPortFree(first + offset, host))
    )
    if ((await Promise.all(checks)).every(Boolean)) return first
  }
  throw new Error(`no ${size} free ports in a row`)
}

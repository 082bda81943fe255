import type { Prisma } from '@parley/database'
import type { PortRange } from '../config.js'
import { ProblemError } from '../problem-error.js'

/** A freed port rests this long: old clients must not reach another tenant's instance. */
export const portRestMs = 7 * 24 * 60 * 60 * 1000
/** Names the lock that makes port choices take turns; any constant does. */
const portLock = 7_219_001

/**
 * The port of a new instance: the lowest that none ever had, else the one that was freed longest ago and has rested. Inside
 * the creating transaction: a lock makes concurrent creations take turns. Throws `endpoint_ports_exhausted`.
 */
export async function choosePort(
  tx: Prisma.TransactionClient,
  range: PortRange,
  nowMs: number
): Promise<number> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${portLock})`
  const rows = await tx.$queryRaw<{ port: number; live: boolean; freedAt: Date | null }[]>`
    SELECT mqtt_port AS port, bool_or(deleted_at IS NULL) AS live, max(deleted_at) AS "freedAt"
    FROM instances WHERE mqtt_port BETWEEN ${range.first} AND ${range.last} GROUP BY mqtt_port`
  const used = new Set(rows.map(({ port }) => port))
  for (let port = range.first; port <= range.last; port++) if (!used.has(port)) return port
  const rested = rows
    .filter(({ live, freedAt }) => !live && freedAt !== null && freedAt.getTime() <= nowMs - portRestMs)
    .sort((a, b) => a.freedAt!.getTime() - b.freedAt!.getTime())[0]
  if (rested) return rested.port
  throw new ProblemError(
    'endpoint_ports_exhausted',
    `Every port of ${range.first}-${range.last} is in use, or was freed less than 7 days ago.`
  )
}

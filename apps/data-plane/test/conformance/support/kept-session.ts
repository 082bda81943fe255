import type { ProtocolLevel } from '@parley/mqtt-wire'
import type { ProbeConnect } from '@parley/testkit'

/** Seconds that a v5 session outlives its connection here. */
export const keptS = 60

/** A CONNECT to a session that outlives its connections, and goes on with it. */
export function keptSession(level: ProtocolLevel, clientId = 'me'): ProbeConnect {
  const properties = level === 5 ? { properties: { sessionExpiryInterval: keptS } } : {}
  return { level, clientId, cleanStart: false, ...properties }
}

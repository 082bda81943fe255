import { type ProtocolLevel, type Qos, v3SubackFailure } from '@parley/mqtt-wire'

export const levels: readonly ProtocolLevel[] = [3, 4, 5]
export const allQos: readonly Qos[] = [0, 1, 2]

/** The code of SUBACK for a refused subscription: 3.1 has none, its client is answered as if it was granted what it asked for. */
export function refusedAs(level: ProtocolLevel, reasonCode: number, asked: Qos): number {
  if (level === 5) return reasonCode
  return level === 4 ? v3SubackFailure : asked
}

/** Names of the levels, as test titles use them. */
export const versionNames: Record<ProtocolLevel, string> = { 3: '3.1', 4: '3.1.1', 5: '5.0' }

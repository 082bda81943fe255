import type { ProtocolLevel, Qos } from '@parley/mqtt-wire'

export const levels: readonly ProtocolLevel[] = [3, 4, 5]
export const allQos: readonly Qos[] = [0, 1, 2]

/** Names of the levels, as test titles use them. */
export const versionNames: Record<ProtocolLevel, string> = { 3: '3.1', 4: '3.1.1', 5: '5.0' }

/** Packet types as the high four bits of a packet's first byte (section 2.1.2). */
export const packetCodes = {
  connect: 1,
  connack: 2,
  publish: 3,
  puback: 4,
  pubrec: 5,
  pubrel: 6,
  pubcomp: 7,
  subscribe: 8,
  suback: 9,
  unsubscribe: 10,
  unsuback: 11,
  pingreq: 12,
  pingresp: 13,
  disconnect: 14,
  auth: 15
} as const

/** The low four bits that PUBREL, SUBSCRIBE and UNSUBSCRIBE must carry [MQTT-3.6.1-1]; every other packet: 0. */
export const requiredFlags = 0b0010

/** The first byte of a packet whose flags are fixed. */
export function firstByte(type: Exclude<keyof typeof packetCodes, 'publish'>): number {
  const flagged = type === 'pubrel' || type === 'subscribe' || type === 'unsubscribe'
  return (packetCodes[type] << 4) | (flagged ? requiredFlags : 0)
}

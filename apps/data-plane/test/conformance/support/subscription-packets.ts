import type { ProtocolLevel } from '@parley/mqtt-wire'
import { packet } from './wire.js'

/** A SUBSCRIBE or UNSUBSCRIBE as hex, with packet id 1, without properties, and with this payload. */
export function subscriptionPacket(firstByte: string, level: ProtocolLevel, payload: string): string {
  return packet(firstByte, `0001${level === 5 ? '00' : ''}${payload}`)
}

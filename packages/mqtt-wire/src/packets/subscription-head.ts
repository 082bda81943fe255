import type { ProtocolLevel } from '../packet-types.js'
import { readProperties } from '../properties.js'
import { packetSet } from '../property-table.js'
import type { Reader } from '../reader.js'
import { malformed } from '../violation.js'

type Properties = ReturnType<typeof readProperties>

/** Packet id and properties of SUBSCRIBE and UNSUBSCRIBE; a packet id of 0 is malformed here [MQTT-2.2.1-3]. */
export function readSubscriptionHead(
  reader: Reader,
  type: 'subscribe' | 'unsubscribe',
  level: ProtocolLevel,
  userPropertiesMax: number
): { packetId: number; properties: Properties } {
  const packetId = reader.uint16()
  if (packetId === 0) throw malformed(`${type} with packet id 0`)
  const properties = level === 5 ? readProperties(reader, packetSet(type), userPropertiesMax) : undefined
  return { packetId, properties }
}

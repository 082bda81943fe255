import { packetCodes as codes, requiredFlags } from './packet-codes.js'
import type { Packet, ProtocolLevel, Role } from './packet-types.js'
import { ackTypeByCode, decodeAck } from './packets/acknowledgement.js'
import { decodeAuth } from './packets/auth.js'
import { decodeConnack } from './packets/connack.js'
import { decodeDisconnect } from './packets/disconnect.js'
import { decodePublish } from './packets/publish.js'
import { decodeSuback } from './packets/suback.js'
import { decodeSubscribe } from './packets/subscribe.js'
import { decodeUnsuback } from './packets/unsuback.js'
import { decodeUnsubscribe } from './packets/unsubscribe.js'
import type { Reader } from './reader.js'
import { malformed, protocolError } from './violation.js'

const dupFlag = 0b1000

const serverOnly = (1 << codes.connack) | (1 << codes.suback) | (1 << codes.unsuback) | (1 << codes.pingresp)
const clientOnly = (1 << codes.subscribe) | (1 << codes.unsubscribe) | (1 << codes.pingreq)
const flagged = (1 << codes.pubrel) | (1 << codes.subscribe) | (1 << codes.unsubscribe)

/** Decodes the body of any packet that may follow CONNECT; the reader stands at its start. */
export function decodePacket(
  reader: Reader,
  type: number,
  flags: number,
  level: ProtocolLevel,
  role: Role,
  userPropertiesMax: number
): Packet {
  if (type === codes.publish) return decodePublish(reader, flags, level, role, userPropertiesMax)
  checkFlags(type, flags, level)
  checkSender(type, role)
  const ackType = ackTypeByCode[type]
  if (ackType !== undefined) return decodeAck(reader, ackType, level, userPropertiesMax)
  switch (type) {
    case codes.connack:
      return decodeConnack(reader, level, userPropertiesMax)
    case codes.subscribe:
      return decodeSubscribe(reader, level, userPropertiesMax)
    case codes.suback:
      return decodeSuback(reader, level, userPropertiesMax)
    case codes.unsubscribe:
      return decodeUnsubscribe(reader, level, userPropertiesMax)
    case codes.unsuback:
      return decodeUnsuback(reader, level, userPropertiesMax)
    case codes.pingreq:
      return { type: 'pingreq' }
    case codes.pingresp:
      return { type: 'pingresp' }
    case codes.disconnect:
      return decodeDisconnect(reader, level, role, userPropertiesMax)
    default:
      if (level < 5) throw malformed('packet type 15 does not exist before 5.0')
      return decodeAuth(reader, role, userPropertiesMax)
  }
}

/** [MQTT-2.1.3-1]. In 3.1 PUBREL, SUBSCRIBE and UNSUBSCRIBE are messages of QoS 1, sent again with DUP (3.1, 2.1). */
function checkFlags(type: number, flags: number, level: ProtocolLevel): void {
  const mayBeFlagged = (flagged & (1 << type)) !== 0
  const compared = level === 3 && mayBeFlagged ? flags & ~dupFlag : flags
  if (compared !== (mayBeFlagged ? requiredFlags : 0)) throw malformed('wrong flags in the fixed header')
}

function checkSender(type: number, role: Role): void {
  // [MQTT-3.1.0-2]
  if (type === codes.connect) throw protocolError('a second CONNECT')
  const foreign = role === 'server' ? serverOnly : clientOnly
  if ((foreign & (1 << type)) !== 0) throw protocolError('the packet is for the other direction')
}

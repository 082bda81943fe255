import { firstByte } from './packet-codes.js'
import type { Packet, ProtocolLevel } from './packet-types.js'
import { encodeAck } from './packets/acknowledgement.js'
import { encodeAuth } from './packets/auth.js'
import { encodeConnack } from './packets/connack.js'
import { encodeConnect } from './packets/connect.js'
import { encodeDisconnect } from './packets/disconnect.js'
import { encodePublish } from './packets/publish.js'
import { encodeSuback } from './packets/suback.js'
import { encodeSubscribe } from './packets/subscribe.js'
import { encodeUnsuback } from './packets/unsuback.js'
import { encodeUnsubscribe } from './packets/unsubscribe.js'

/**
 * The wire bytes of any packet. Trusts its types: it refuses (RangeError) only what no length field can express.
 * For cold paths and test clients; publishes and plain acknowledgements are written in place by writePublish and
 * writeShortAck.
 */
export function encode(packet: Packet, level: ProtocolLevel): Buffer {
  switch (packet.type) {
    case 'connect':
      return encodeConnect(packet)
    case 'connack':
      return encodeConnack(packet, level)
    case 'publish':
      return encodePublish(packet, level)
    case 'puback':
    case 'pubrec':
    case 'pubrel':
    case 'pubcomp':
      return encodeAck(packet, level)
    case 'subscribe':
      return encodeSubscribe(packet, level)
    case 'suback':
      return encodeSuback(packet, level)
    case 'unsubscribe':
      return encodeUnsubscribe(packet, level)
    case 'unsuback':
      return encodeUnsuback(packet, level)
    case 'pingreq':
    case 'pingresp':
      return Buffer.from([firstByte(packet.type), 0])
    case 'disconnect':
      return encodeDisconnect(packet, level)
    case 'auth':
      return encodeAuth(packet)
  }
}

import { packetCodes } from '../packet-codes.js'
import type { ProtocolLevel, PublishPacket, Qos, Role } from '../packet-types.js'
import { encodePublishProperties, readPublishProperties } from '../publish-properties.js'
import type { Reader } from '../reader.js'
import { hasWildcard } from '../topics.js'
import { malformed, protocolError } from '../violation.js'
import { stringLength, varintLength, writeVarint } from '../writer.js'

const retainFlag = 0b0001
const qosShift = 1
const qosMask = 0b11
const dupFlag = 0b1000
const publishFirstByte = packetCodes.publish << 4

export function decodePublish(
  reader: Reader,
  flags: number,
  level: ProtocolLevel,
  role: Role,
  userPropertiesMax: number
): PublishPacket {
  const qos = (flags >> qosShift) & qosMask
  const dup = (flags & dupFlag) !== 0
  // [MQTT-3.3.1-4]
  if (qos === 3) throw malformed('PUBLISH with QoS 3')
  // [MQTT-3.3.1-2]
  if (dup && qos === 0) throw malformed('PUBLISH with DUP and QoS 0')
  const topic = reader.string()
  // [MQTT-3.3.2-2]
  if (hasWildcard(topic)) throw malformed('PUBLISH to a topic with wildcards')
  const packetId = qos === 0 ? 0 : reader.uint16()
  // [MQTT-2.2.1-3]
  if (qos !== 0 && packetId === 0) throw protocolError('PUBLISH with packet id 0')
  const properties = level === 5 ? readPublishProperties(reader, role, userPropertiesMax) : undefined
  if (topic === '') requireAlias(level, properties?.topicAlias)
  return {
    type: 'publish',
    topic,
    payload: reader.rest(),
    qos: qos as Qos,
    retain: (flags & retainFlag) !== 0,
    dup,
    packetId,
    properties
  }
}

/** A topic has at least one character [MQTT-4.7.3-1]; in 5.0 an alias may stand for it (3.3.2.1). */
function requireAlias(level: ProtocolLevel, alias: number | undefined): void {
  if (level < 5 || alias === undefined) throw malformed('PUBLISH to an empty topic')
}

/**
 * Size in bytes of a whole PUBLISH. propertiesLength is that of the block of encodePublishProperties; it does not
 * count below 5.0.
 */
export function publishLength(
  level: ProtocolLevel,
  topicByteLength: number,
  qos: Qos,
  propertiesLength: number,
  payloadLength: number
): number {
  const body = bodyLength(level, topicByteLength, qos, propertiesLength, payloadLength)
  return 1 + varintLength(body) + body
}

function bodyLength(level: number, topic: number, qos: Qos, properties: number, payload: number): number {
  return 2 + topic + (qos === 0 ? 0 : 2) + (level === 5 ? properties : 0) + payload
}

/** Writes a PUBLISH into target; returns the offset behind it. The target must have publishLength bytes of room. */
export function writePublish(
  target: Buffer,
  offset: number,
  level: ProtocolLevel,
  topic: Buffer,
  payload: Buffer,
  qos: Qos,
  retain: boolean,
  dup: boolean,
  packetId: number,
  properties: Buffer
): number {
  target[offset] = publishFirstByte | (dup ? dupFlag : 0) | (qos << qosShift) | (retain ? retainFlag : 0)
  const body = bodyLength(level, topic.length, qos, properties.length, payload.length)
  let at = writeVarint(target, offset + 1, body)
  target[at++] = topic.length >> 8
  target[at++] = topic.length & 0xff
  target.set(topic, at)
  at += topic.length
  if (qos !== 0) {
    target[at++] = packetId >> 8
    target[at++] = packetId & 0xff
  }
  if (level === 5) {
    target.set(properties, at)
    at += properties.length
  }
  target.set(payload, at)
  return at + payload.length
}

export function encodePublish(packet: PublishPacket, level: ProtocolLevel): Buffer {
  const { payload, qos, retain, dup, packetId } = packet
  const topic = Buffer.allocUnsafe(stringLength(packet.topic))
  topic.write(packet.topic)
  const properties = encodePublishProperties(packet.properties)
  const target = Buffer.allocUnsafe(
    publishLength(level, topic.length, qos, properties.length, payload.length)
  )
  writePublish(target, 0, level, topic, payload, qos, retain, dup, packetId, properties)
  return target
}

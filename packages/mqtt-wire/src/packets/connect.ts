import { firstByte } from '../packet-codes.js'
import type { ConnectPacket, ProtocolLevel, Qos, WillPacket } from '../packet-types.js'
import { readProperties, writeProperties } from '../properties.js'
import { packetSet, willSet } from '../property-table.js'
import type { Reader } from '../reader.js'
import { reasonCodes } from '../reason-codes.js'
import { hasWildcard } from '../topics.js'
import { malformed, ProtocolViolation, protocolError } from '../violation.js'
import { Writer } from '../writer.js'

const protocolName = 'MQTT'
const protocolName31 = 'MQIsdp'

const reservedFlag = 0b0000_0001
const cleanStartFlag = 0b0000_0010
const willFlag = 0b0000_0100
const willQosShift = 3
const willQosMask = 0b11
const willRetainFlag = 0b0010_0000
const passwordFlag = 0b0100_0000
const usernameFlag = 0b1000_0000

/** Violations say how they are answered: before the level is known, and below 5.0, not at all. */
export function decodeConnect(reader: Reader, headerFlags: number, userPropertiesMax: number): ConnectPacket {
  let answer: 'none' | 'connack' = 'none'
  try {
    const level = readProtocol(reader)
    if (level === 5) answer = 'connack'
    // 3.1 does not use the flags of the fixed header, later versions reserve them [MQTT-2.1.3-1]
    if (headerFlags !== 0 && level !== 3) throw malformed('reserved flags of CONNECT are set')
    return readAfterLevel(reader, level, userPropertiesMax)
  } catch (error) {
    if (error instanceof ProtocolViolation && error.answer === 'disconnect') {
      throw new ProtocolViolation(error.reasonCode, error.message, answer)
    }
    throw error
  }
}

/**
 * [MQTT-3.1.2-1] another name is closed at once. [MQTT-3.1.2-2] another level is told so in the form of 3.1.1, which there is
 * a duty (in 5.0 it is a permission): code 1 is what every version of the protocol knows.
 */
function readProtocol(reader: Reader): ProtocolLevel {
  const name = reader.string()
  if (name !== protocolName && name !== protocolName31)
    throw protocolError('CONNECT with another protocol name')
  const level = reader.byte()
  if (name === protocolName && (level === 4 || level === 5)) return level
  if (name === protocolName31 && level === 3) return level
  throw new ProtocolViolation(
    reasonCodes.unsupportedProtocolVersion,
    'unsupported protocol version',
    'connackV3'
  )
}

function readAfterLevel(reader: Reader, level: ProtocolLevel, userPropertiesMax: number): ConnectPacket {
  const flags = readFlags(reader, level)
  const keepAliveS = reader.uint16()
  const properties = level === 5 ? readProperties(reader, packetSet('connect'), userPropertiesMax) : undefined
  if (properties?.authenticationData !== undefined && properties.authenticationMethod === undefined) {
    throw protocolError('authentication data without a method')
  }
  const clientId = readClientId(reader)
  const will = (flags & willFlag) === 0 ? undefined : readWill(reader, flags, level, userPropertiesMax)
  const username = hasField(reader, level, flags & usernameFlag) ? reader.string() : undefined
  const password = hasField(reader, level, flags & passwordFlag) ? reader.binary() : undefined
  reader.expectEnd()
  return {
    type: 'connect',
    protocolLevel: level,
    cleanStart: (flags & cleanStartFlag) !== 0,
    keepAliveS,
    clientId,
    username,
    password,
    will,
    properties
  }
}

function readFlags(reader: Reader, level: ProtocolLevel): number {
  const flags = reader.byte()
  // [MQTT-3.1.2-3]; 3.1 leaves the bit unused
  if ((flags & reservedFlag) !== 0 && level !== 3) throw malformed('reserved connect flag is set')
  const hasWill = (flags & willFlag) !== 0
  // 3.1 disregards the bits of the will where there is none (3.1, CONNECT, Will flag).
  const willQos = hasWill || level !== 3 ? (flags >> willQosShift) & willQosMask : 0
  // [MQTT-3.1.2-12]
  if (willQos === 3) throw malformed('will with QoS 3')
  // [MQTT-3.1.2-11], [MQTT-3.1.2-13]
  if (!hasWill && level !== 3 && (willQos !== 0 || (flags & willRetainFlag) !== 0)) {
    throw malformed('will QoS or will retain without a will')
  }
  // [MQTT-3.1.2-22] of 3.1.1; allowed in 5.0
  if (level < 5 && (flags & passwordFlag) !== 0 && (flags & usernameFlag) === 0) {
    throw malformed('password without username')
  }
  return flags
}

/** 3.1: when the packet ends before the user name or password that its flags promise, they are absent (3.1, CONNECT). */
function hasField(reader: Reader, level: ProtocolLevel, flag: number): boolean {
  return flag !== 0 && (level !== 3 || reader.remaining > 0)
}

/** A client id that is no valid text is answered as such: 0x85 tells the owner of the device where to look. */
function readClientId(reader: Reader): string {
  const start = reader.position
  const length = reader.uint16()
  if (length > reader.remaining) throw malformed('the packet ends inside the client id')
  reader.position = start
  try {
    return reader.string()
  } catch (error) {
    if (!(error instanceof ProtocolViolation)) throw error
    throw new ProtocolViolation(reasonCodes.clientIdentifierNotValid, `client id: ${error.message}`)
  }
}

function readWill(
  reader: Reader,
  flags: number,
  level: ProtocolLevel,
  userPropertiesMax: number
): WillPacket {
  const properties = level === 5 ? readProperties(reader, willSet, userPropertiesMax) : undefined
  const topic = reader.string()
  // [MQTT-4.7.3-1]
  if (topic === '') throw protocolError('will with an empty topic')
  if (hasWildcard(topic)) throw malformed('will to a topic with wildcards')
  return {
    topic,
    payload: reader.binary(),
    qos: ((flags >> willQosShift) & willQosMask) as Qos,
    retain: (flags & willRetainFlag) !== 0,
    properties
  }
}

/** The level is the packet's own. */
export function encodeConnect(packet: ConnectPacket): Buffer {
  const { protocolLevel: level, will, username, password } = packet
  const writer = new Writer()
  writer.string(level === 3 ? protocolName31 : protocolName)
  writer.byte(level)
  writer.byte(connectFlags(packet))
  writer.uint16(packet.keepAliveS)
  if (level === 5) writeProperties(writer, packet.properties, packetSet('connect'))
  writer.string(packet.clientId)
  if (will !== undefined) {
    if (level === 5) writeProperties(writer, will.properties, willSet)
    writer.string(will.topic)
    writer.binary(will.payload)
  }
  if (username !== undefined) writer.string(username)
  if (password !== undefined) writer.binary(password)
  return writer.packet(firstByte('connect'))
}

function connectFlags({ cleanStart, will, username, password }: ConnectPacket): number {
  let flags = cleanStart ? cleanStartFlag : 0
  if (will !== undefined) flags |= willFlag | (will.qos << willQosShift) | (will.retain ? willRetainFlag : 0)
  if (username !== undefined) flags |= usernameFlag
  if (password !== undefined) flags |= passwordFlag
  return flags
}

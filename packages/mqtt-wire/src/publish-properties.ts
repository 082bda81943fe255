import type { PublishProperties, Role } from './packet-types.js'
import {
  addUserProperty,
  positive,
  propertiesEnd,
  readFlag,
  readResponseTopic,
  readUserProperty,
  refuseProperty
} from './properties.js'
import { propertyIds as ids } from './property-table.js'
import type { Reader } from './reader.js'
import { protocolError } from './violation.js'
import { stringLength, varintLength, writeVarint } from './writer.js'

/**
 * The properties of a PUBLISH, undefined when there are none. Straight code instead of the table: this is the hot
 * path, and every object has the same fields in the same order.
 */
export function readPublishProperties(
  reader: Reader,
  role: Role,
  userPropertiesMax: number
): PublishProperties | undefined {
  const end = propertiesEnd(reader)
  if (reader.position === end) return undefined
  const packetEnd = reader.end
  reader.end = end
  const properties: PublishProperties = {
    payloadFormatIndicator: undefined,
    messageExpiryInterval: undefined,
    topicAlias: undefined,
    responseTopic: undefined,
    correlationData: undefined,
    userProperties: undefined,
    subscriptionIdentifiers: undefined,
    contentType: undefined
  }
  while (reader.position < end) readInto(properties, reader, role, userPropertiesMax)
  reader.end = packetEnd
  return properties
}

function readInto(into: PublishProperties, reader: Reader, role: Role, userPropertiesMax: number): void {
  const id = reader.varint()
  switch (id) {
    case ids.payloadFormatIndicator:
      once(into.payloadFormatIndicator)
      into.payloadFormatIndicator = readFlag(reader)
      return
    case ids.messageExpiryInterval:
      once(into.messageExpiryInterval)
      into.messageExpiryInterval = reader.uint32()
      return
    case ids.topicAlias:
      once(into.topicAlias)
      into.topicAlias = positive(reader.uint16())
      return
    case ids.responseTopic:
      once(into.responseTopic)
      into.responseTopic = readResponseTopic(reader)
      return
    case ids.correlationData:
      once(into.correlationData)
      into.correlationData = reader.binary()
      return
    case ids.userProperty:
      into.userProperties = addUserProperty(into.userProperties, readUserProperty(reader), userPropertiesMax)
      return
    case ids.subscriptionIdentifier:
      into.subscriptionIdentifiers = addIdentifier(into.subscriptionIdentifiers, reader, role)
      return
    case ids.contentType:
      once(into.contentType)
      into.contentType = reader.string()
      return
    default:
      throw refuseProperty(reader, id)
  }
}

function once(current: unknown): void {
  if (current !== undefined) throw protocolError('a property is there twice')
}

/** Only a server may send them [MQTT-3.3.4-6]; one for each matching subscription. */
function addIdentifier(list: number[] | undefined, reader: Reader, role: Role): number[] {
  const identifier = positive(reader.varint())
  if (role === 'server') throw protocolError('a client sent a subscription identifier in a PUBLISH')
  if (list === undefined) return [identifier]
  list.push(identifier)
  return list
}

const noProperties = Buffer.from([0])

/**
 * The wire bytes of PUBLISH properties with their length prefix (5.0). By whitelist: the object may carry other
 * fields, which are never written. Without properties: one constant byte, not to be written to.
 */
export function encodePublishProperties(properties: PublishProperties | undefined): Buffer {
  const length = properties === undefined ? 0 : propertiesLength(properties)
  if (properties === undefined || length === 0) return noProperties
  const block = Buffer.allocUnsafe(varintLength(length) + length)
  writeProperties(block, writeVarint(block, 0, length), properties)
  return block
}

function propertiesLength(properties: PublishProperties): number {
  let length = 0
  if (properties.payloadFormatIndicator !== undefined) length += 2
  if (properties.messageExpiryInterval !== undefined) length += 5
  if (properties.topicAlias !== undefined) length += 3
  if (properties.responseTopic !== undefined) length += 3 + stringLength(properties.responseTopic)
  if (properties.correlationData !== undefined) length += 3 + binaryLength(properties.correlationData)
  if (properties.userProperties !== undefined) {
    for (const { key, value } of properties.userProperties)
      length += 5 + stringLength(key) + stringLength(value)
  }
  if (properties.subscriptionIdentifiers !== undefined) {
    for (const identifier of properties.subscriptionIdentifiers) length += 1 + varintLength(identifier)
  }
  if (properties.contentType !== undefined) length += 3 + stringLength(properties.contentType)
  return length
}

const binaryBytesMax = 0xffff

function binaryLength(data: Buffer): number {
  if (data.length > binaryBytesMax)
    throw new RangeError('binary data of more than 65,535 bytes cannot be sent')
  return data.length
}

function writeProperties(block: Buffer, offset: number, properties: PublishProperties): void {
  let at = offset
  if (properties.payloadFormatIndicator !== undefined) {
    block[at++] = ids.payloadFormatIndicator
    block[at++] = properties.payloadFormatIndicator
  }
  if (properties.messageExpiryInterval !== undefined) {
    block[at++] = ids.messageExpiryInterval
    at = block.writeUInt32BE(properties.messageExpiryInterval, at)
  }
  if (properties.topicAlias !== undefined) {
    block[at++] = ids.topicAlias
    at = block.writeUInt16BE(properties.topicAlias, at)
  }
  if (properties.responseTopic !== undefined) {
    block[at++] = ids.responseTopic
    at = writeString(block, at, properties.responseTopic)
  }
  if (properties.correlationData !== undefined) {
    block[at++] = ids.correlationData
    at = block.writeUInt16BE(properties.correlationData.length, at)
    at += properties.correlationData.copy(block, at)
  }
  if (properties.userProperties !== undefined) {
    for (const { key, value } of properties.userProperties) {
      block[at++] = ids.userProperty
      at = writeString(block, at, key)
      at = writeString(block, at, value)
    }
  }
  if (properties.subscriptionIdentifiers !== undefined) {
    for (const identifier of properties.subscriptionIdentifiers) {
      block[at++] = ids.subscriptionIdentifier
      at = writeVarint(block, at, identifier)
    }
  }
  if (properties.contentType !== undefined) {
    block[at++] = ids.contentType
    writeString(block, at, properties.contentType)
  }
}

function writeString(target: Buffer, offset: number, text: string): number {
  const length = target.write(text, offset + 2)
  target.writeUInt16BE(length, offset)
  return offset + 2 + length
}

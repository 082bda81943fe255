import type { ConnackProperties, ConnectProperties, UserProperty, WillProperties } from './packet-types.js'
import {
  type Definition,
  definitionById,
  definitions,
  type Kind,
  type PacketSet,
  type PropertyName,
  subscriptionSet
} from './property-table.js'
import type { Reader } from './reader.js'
import { reasonCodes } from './reason-codes.js'
import { isValidTopicName } from './topics.js'
import { malformed, ProtocolViolation, protocolError } from './violation.js'
import { Writer } from './writer.js'

/** Every property but the two that only PUBLISH and SUBSCRIBE carry, which those read themselves. */
export interface PropertyValues extends ConnectProperties, ConnackProperties, WillProperties {}

/** Values by their names in our table: a key never comes from the wire. */
type Values = PropertyValues & { subscriptionIdentifier?: number }

/**
 * Reads the properties of one packet with their length. Unknown identifiers and unfinished values are malformed;
 * a property in the wrong packet, twice, or with a value out of range is a protocol error. Undefined when empty.
 */
export function readProperties(
  reader: Reader,
  packets: PacketSet,
  userPropertiesMax: number
): Values | undefined {
  const end = propertiesEnd(reader)
  if (reader.position === end) return undefined
  const packetEnd = reader.end
  reader.end = end
  const values: Values = {}
  while (reader.position < end) readInto(values, reader, packets, userPropertiesMax)
  reader.end = packetEnd
  return values
}

/** The offset where the properties end. */
export function propertiesEnd(reader: Reader): number {
  const length = reader.varint()
  if (length > reader.remaining) throw malformed('the packet ends inside its properties')
  return reader.position + length
}

function readInto(values: Values, reader: Reader, packets: PacketSet, userPropertiesMax: number): void {
  const definition = readDefinition(reader)
  if (definition.kind === 'pair') {
    const pair = readUserProperty(reader)
    requirePacket(definition, packets)
    values.userProperties = addUserProperty(values.userProperties, pair, userPropertiesMax)
    return
  }
  const name = definition.name as Exclude<PropertyName, 'userProperty' | 'topicAlias'>
  const value = readValue(reader, definition.kind)
  requirePacket(definition, packets)
  if (values[name] !== undefined) throw protocolError(`${name} is there twice`)
  ;(values as Record<string, unknown>)[name] = value
}

/** Reads past a property that a PUBLISH must not carry, and says what is wrong with it. */
export function refuseProperty(reader: Reader, id: number): ProtocolViolation {
  const definition = definitionById[id]
  if (definition === undefined) return malformed('unknown property')
  if (definition.kind === 'pair') readUserProperty(reader)
  else readValue(reader, definition.kind)
  return protocolError(`${definition.name} is not allowed here`)
}

function readDefinition(reader: Reader): Definition {
  const definition = definitionById[reader.varint()]
  if (definition === undefined) throw malformed('unknown property')
  return definition
}

/** In SUBSCRIBE and UNSUBSCRIBE a foreign property counts as malformed; that is what established brokers answer. */
function requirePacket(definition: Definition, packets: PacketSet): void {
  if ((definition.packets & packets) !== 0) return
  const message = `${definition.name} is not allowed here`
  throw (packets & subscriptionSet) === 0 ? protocolError(message) : malformed(message)
}

function readValue(reader: Reader, kind: Kind | 'varint'): number | string | Buffer {
  switch (kind) {
    case 'flag':
      return readFlag(reader)
    case 'uint16':
      return reader.uint16()
    case 'positive16':
      return positive(reader.uint16())
    case 'uint32':
      return reader.uint32()
    case 'positive32':
      return positive(reader.uint32())
    case 'varint':
      return positive(reader.varint())
    case 'string':
      return reader.string()
    case 'topic':
      return readResponseTopic(reader)
    case 'binary':
      return reader.binary()
  }
}

export function readFlag(reader: Reader): 0 | 1 {
  const value = reader.byte()
  if (value !== 0 && value !== 1) throw protocolError('a property that is 0 or 1 has another value')
  return value
}

export function positive(value: number): number {
  if (value === 0) throw protocolError('a property that must not be 0 is 0')
  return value
}

/** A topic to publish to: no wildcards [MQTT-3.3.2-14]. */
export function readResponseTopic(reader: Reader): string {
  const topic = reader.string()
  if (!isValidTopicName(topic)) throw protocolError('the response topic is no topic name')
  return topic
}

export function readUserProperty(reader: Reader): UserProperty {
  const key = reader.string()
  return { key, value: reader.string() }
}

export function addUserProperty(
  list: UserProperty[] | undefined,
  pair: UserProperty,
  userPropertiesMax: number
): UserProperty[] {
  if (list === undefined) return [pair]
  if (list.length >= userPropertiesMax) {
    throw new ProtocolViolation(reasonCodes.quotaExceeded, 'too many user properties')
  }
  list.push(pair)
  return list
}

/** Writes properties with their length: those that are set and that the packet may carry, nothing else. */
export function writeProperties(writer: Writer, values: object | undefined, packets: PacketSet): void {
  if (values === undefined) {
    writer.byte(0)
    return
  }
  const block = new Writer()
  for (const definition of definitions) {
    if ((definition.packets & packets) !== 0) writeProperty(block, definition, values)
  }
  writer.raw(block.withLengthPrefix())
}

function writeProperty(block: Writer, definition: Definition, values: object): void {
  if (definition.kind === 'pair') {
    for (const { key, value } of (values as PropertyValues).userProperties ?? []) {
      block.byte(definition.id)
      block.string(key)
      block.string(value)
    }
    return
  }
  const value = (values as Record<string, unknown>)[definition.name]
  if (value === undefined) return
  block.byte(definition.id)
  writeValue(block, definition.kind, value)
}

function writeValue(block: Writer, kind: Kind | 'varint', value: unknown): void {
  switch (kind) {
    case 'flag':
      block.byte(value as number)
      break
    case 'uint16':
    case 'positive16':
      block.uint16(value as number)
      break
    case 'uint32':
    case 'positive32':
      block.uint32(value as number)
      break
    case 'varint':
      block.varint(value as number)
      break
    case 'string':
    case 'topic':
      block.string(value as string)
      break
    case 'binary':
      block.binary(value as Buffer)
      break
  }
}

/** Packets as hex, for what no encoder would write. */

/** One byte. */
export function byte(value: number): string {
  return value.toString(16).padStart(2, '0')
}

/** A two byte integer. */
export function uint16(value: number): string {
  return value.toString(16).padStart(4, '0')
}

/** A string with its length. */
export function text(value: string): string {
  return binary(Buffer.from(value).toString('hex'))
}

/** Bytes with their length. */
export function binary(bytes: string): string {
  const hex = bytes.replaceAll(' ', '')
  return uint16(hex.length / 2) + hex
}

/** A packet of a body of less than 128 bytes. */
export function packet(firstByte: string, body: string): string {
  const hex = body.replaceAll(' ', '')
  return firstByte + byte(hex.length / 2) + hex
}

export interface RawConnect {
  name?: string
  level?: number
  /** of the fixed header */
  firstByte?: string
  flags?: string
  /** with their length; only a level from 5 on has them */
  properties?: string
  payload?: string
}

export const cleanStart = '02'

/** A CONNECT: what is left out is what a clean client sends. */
export function connect(options: RawConnect = {}): string {
  const { level = 5, firstByte = '10', flags = cleanStart, properties = '00' } = options
  const { name = level === 3 ? 'MQIsdp' : 'MQTT', payload = text(`raw-${level}`) } = options
  const levelProperties = level >= 5 ? properties : ''
  return packet(firstByte, `${text(name)}${byte(level)}${flags}0000${levelProperties}${payload}`)
}

/** The will of a CONNECT payload, as its level writes it. */
export function will(level: number, topic = text('wills/raw'), payload = binary('ff')): string {
  return (level === 5 ? '00' : '') + topic + payload
}

/** A PUBLISH at QoS 0 whose topic is given with its length. */
export function publish(level: number, topic: string, properties = '00', payload = 'ff'): string {
  return packet('30', topic + (level === 5 ? properties : '') + payload)
}

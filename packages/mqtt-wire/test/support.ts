import { Decoder, type Packet, type ProtocolLevel, ProtocolViolation, type Role } from '../src/index.js'

type Part = number | string | Buffer

/** Bytes from numbers (one byte each), hex strings and buffers. */
export function bytes(...parts: Part[]): Buffer {
  return Buffer.concat(parts.map(toBuffer))
}

function toBuffer(part: Part): Buffer {
  if (typeof part === 'number') return Buffer.from([part])
  return typeof part === 'string' ? Buffer.from(part.replaceAll(' ', ''), 'hex') : part
}

/** A packet with a correct length. */
export function packet(firstByte: number, ...parts: Part[]): Buffer {
  const body = bytes(...parts)
  return bytes(firstByte, varint(body.length), body)
}

/** A property list with a correct length. */
export function properties(...parts: Part[]): Buffer {
  const list = bytes(...parts)
  return bytes(varint(list.length), list)
}

export function uint16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 0xff])
}

export function text(value: string): Buffer {
  return bytes(uint16(Buffer.byteLength(value)), Buffer.from(value))
}

export function varint(value: number): Buffer {
  const encoded: number[] = []
  let rest = value
  do {
    encoded.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0))
    rest >>>= 7
  } while (rest > 0)
  return Buffer.from(encoded)
}

export interface Setting {
  /** 0: nothing came before, CONNECT must be first */
  level?: ProtocolLevel | 0
  role?: Role
  packetBytesMax?: number
  userPropertiesMax?: number
}

export function decoder(setting: Setting = {}): Decoder {
  const { level = 5, role = 'server', packetBytesMax = 1_000_000, userPropertiesMax } = setting
  const protocolLevel = level === 0 ? undefined : level
  return new Decoder({ role, packetBytesMax, protocolLevel, userPropertiesMax })
}

export function decodeAll(input: Buffer, setting?: Setting): Packet[] {
  const packets: Packet[] = []
  decoder(setting).write(input, (decoded) => {
    packets.push(decoded)
  })
  return packets
}

export function decodeOne(input: Buffer, setting?: Setting): Packet {
  const packets = decodeAll(input, setting)
  if (packets.length !== 1) throw new Error(`expected one packet, got ${packets.length}`)
  return packets[0]
}

/** The violation that the input ends in. */
export function violationOf(input: Buffer, setting?: Setting): ProtocolViolation {
  try {
    decodeAll(input, setting)
  } catch (error) {
    if (error instanceof ProtocolViolation) return error
    throw error
  }
  throw new Error(`accepted: ${input.toString('hex')}`)
}

/** The reason code that the input is refused with. */
export function refusalOf(input: Buffer, setting?: Setting): number {
  return violationOf(input, setting).reasonCode
}

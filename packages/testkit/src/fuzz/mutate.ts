import type { Random } from './random.js'

/** Values at which lengths and counters go wrong. */
const edgeBytes = [0x00, 0x01, 0x7f, 0x80, 0xc0, 0xed, 0xfe, 0xff]
/** Remaining lengths that lie: the largest, one that needs too many bytes, one that is padded. */
const lyingLengths = ['ffffff7f', 'ffffffff7f', '8000', '80808000', '00', '7f'].map((hex) =>
  Buffer.from(hex, 'hex')
)
const mutationsMax = 3
const insertedBytesMax = 8
const noiseBytesMax = 64

type Mutation = (random: Random, packet: Buffer, other: Buffer) => Buffer

const mutations: Mutation[] = [
  flipBit,
  flipBit,
  setEdge,
  setEdge,
  setLengthByte,
  setFirstByte,
  remove,
  insert,
  truncate,
  splice,
  repeat,
  lieAboutLength,
  noise
]

/** The packet with one to three mistakes; `other` lends its bytes where two packets are mixed. Never the input itself. */
export function mutate(random: Random, packet: Buffer, other: Buffer): Buffer {
  let mutated = Buffer.from(packet)
  for (let count = 1 + random.below(mutationsMax); count > 0; count--) {
    if (mutated.length === 0) return random.bytes(1)
    mutated = random.pick(mutations)(random, mutated, other) as Buffer<ArrayBuffer>
  }
  return mutated
}

/** Cuts a stream where a network could: mostly not at all, otherwise into pieces of any size. */
export function inPieces(random: Random, bytes: Buffer): Buffer[] {
  if (bytes.length < 2 || !random.oneIn(3)) return [bytes]
  const byteByByte = random.oneIn(8)
  const pieces: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    const end = byteByByte ? at + 1 : at + 1 + random.below(bytes.length)
    pieces.push(bytes.subarray(at, end))
    at = end
  }
  return pieces
}

function flipBit(random: Random, packet: Buffer): Buffer {
  packet[random.below(packet.length)]! ^= 1 << random.below(8)
  return packet
}

function setEdge(random: Random, packet: Buffer): Buffer {
  packet[random.below(packet.length)] = random.pick(edgeBytes)
  return packet
}

/** Keeps the rest well-formed: only the length lies. */
function setLengthByte(random: Random, packet: Buffer): Buffer {
  if (packet.length > 1) packet[1] = random.oneIn(2) ? random.below(128) : packet[1]! + random.below(5) - 2
  return packet
}

/** Another type, or flags that the type must not have. */
function setFirstByte(random: Random, packet: Buffer): Buffer {
  packet[0] = random.oneIn(2) ? random.below(256) : packet[0]! ^ (1 + random.below(15))
  return packet
}

function remove(random: Random, packet: Buffer): Buffer {
  const at = random.below(packet.length)
  const count = 1 + random.below(insertedBytesMax)
  return Buffer.concat([packet.subarray(0, at), packet.subarray(at + count)])
}

function insert(random: Random, packet: Buffer): Buffer {
  const at = random.below(packet.length + 1)
  const added = random.bytes(1 + random.below(insertedBytesMax))
  return Buffer.concat([packet.subarray(0, at), added, packet.subarray(at)])
}

function truncate(random: Random, packet: Buffer): Buffer {
  return packet.subarray(0, random.below(packet.length))
}

/** The head of one packet with the tail of another. */
function splice(random: Random, packet: Buffer, other: Buffer): Buffer {
  const tail = other.subarray(random.below(other.length))
  return Buffer.concat([packet.subarray(0, random.below(packet.length)), tail])
}

/** A part of it twice: a property, a filter, a whole packet. */
function repeat(random: Random, packet: Buffer): Buffer {
  const start = random.below(packet.length)
  const end = start + 1 + random.below(packet.length - start)
  return Buffer.concat([packet.subarray(0, end), packet.subarray(start)])
}

/** Replaces the remaining length, whatever number of bytes it has. */
function lieAboutLength(random: Random, packet: Buffer): Buffer {
  let bodyStart = 1
  while (bodyStart < packet.length && packet[bodyStart]! >= 0x80) bodyStart++
  return Buffer.concat([packet.subarray(0, 1), random.pick(lyingLengths), packet.subarray(bodyStart + 1)])
}

function noise(random: Random): Buffer {
  return random.bytes(1 + random.below(noiseBytesMax))
}

import { randomBytes } from 'node:crypto'

const sequenceBits = 42n
const sequenceMask = (1n << sequenceBits) - 1n
/** Tells this process from all others: the 32 bits of a message id that are neither time nor sequence. */
const processBits = BigInt(randomBytes(4).readUInt32BE())

let lastSequence = randomBytes(4).readUInt32BE() % 0x1000000

/** The next number of this process. A message takes one on receipt; its id is only written out when somebody reads it. */
export function nextSequence(): number {
  lastSequence++
  return lastSequence
}

/**
 * A message id: UUIDv7 as 32 upper-case hex digits without dashes. Ordered by time of receipt and, within one process,
 * by sequence: rand_a and the first bits of rand_b are a counter (RFC 9562 §6.2, method 1).
 */
export function messageId(receivedAtMs: number, sequence: number): string {
  const counter = BigInt(sequence) & sequenceMask
  const randA = counter >> 30n
  const counterLow = counter & 0x3fffffffn
  const low = (0b10n << 62n) | (counterLow << 32n) | processBits
  const high = (BigInt(receivedAtMs) << 16n) | (0x7n << 12n) | randA
  return (high.toString(16).padStart(16, '0') + low.toString(16).padStart(16, '0')).toUpperCase()
}

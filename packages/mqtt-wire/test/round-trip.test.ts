import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encode, type Packet, type ProtocolLevel, type Role } from '../src/index.js'
import { anyConnect, anyPacket } from './packet-arbitraries.js'
import { decodeAll, decodeOne, decoder } from './support.js'

const levels: ProtocolLevel[] = [3, 4, 5]
const roles: Role[] = ['server', 'client']
const combinations = levels.flatMap((level) => roles.map((role) => ({ level, role })))

describe.each(combinations)('at level $level a $role', ({ level, role }) => {
  it('reads every packet as it was before it was written', () => {
    fc.assert(
      fc.property(anyPacket(level, role), (original) => {
        expect(decodeOne(encode(original, level), { level, role })).toEqual(original)
      }),
      { numRuns: 500 }
    )
  })

  it('reads the same packets from any split of the bytes', () => {
    const streams = fc.array(anyPacket(level, role), { minLength: 1, maxLength: 8 })
    const sizes = fc.infiniteStream(
      fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 300 }))
    )
    fc.assert(
      fc.property(streams, sizes, fc.boolean(), (originals, chunkSizes, pausing) => {
        const input = Buffer.concat(originals.map((original) => encode(original, level)))
        expect(readInChunks(input, chunkSizes, { level, role }, pausing)).toEqual(originals)
      }),
      { numRuns: 200 }
    )
  })
})

/** Pausing: stops after every packet, and resumes only after each chunk. */
function readInChunks(
  input: Buffer,
  sizes: Iterator<number>,
  setting: { level: ProtocolLevel; role: Role },
  pausing: boolean
): Packet[] {
  const seen: Packet[] = []
  const reader = decoder(setting)
  const onPacket = (decoded: Packet): boolean => {
    seen.push(decoded)
    return !pausing
  }
  for (let at = 0; at < input.length; ) {
    const end = Math.min(input.length, at + sizes.next().value)
    reader.write(Buffer.from(input.subarray(at, end)), onPacket)
    reader.resume(onPacket)
    at = end
  }
  while (pausing && reader.bufferedBytes > 0) reader.resume(onPacket)
  return seen
}

describe.each(levels)('at level %i', (level) => {
  it('a server reads every CONNECT as it was before it was written', () => {
    fc.assert(
      fc.property(anyConnect(level), (original) => {
        expect(decodeAll(encode(original, level), { level: 0 })).toEqual([original])
      }),
      { numRuns: 500 }
    )
  })
})

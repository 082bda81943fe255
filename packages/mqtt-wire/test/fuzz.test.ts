import fc from 'fast-check'
import { expect, it } from 'vitest'
import { encode, type Packet, type ProtocolLevel, ProtocolViolation, type Role } from '../src/index.js'
import { anyConnect, anyPacket } from './packet-arbitraries.js'
import { decoder } from './support.js'

const mutatedPackets = 50_000
const seed = Number(process.env.FUZZ_SEED ?? Date.now() % 0x7fff_ffff)
const levels: ProtocolLevel[] = [3, 4, 5]
const roles: Role[] = ['server', 'client']

/** mulberry32: small, and the same on every machine for one seed */
function random(state: number): () => number {
  let current = state
  return () => {
    current = (current + 0x6d2b79f5) | 0
    let mixed = Math.imul(current ^ (current >>> 15), 1 | current)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
}

it(`mutated packets end in packets or in a violation, and in nothing else (FUZZ_SEED=${seed})`, () => {
  const next = random(seed)
  const below = (limit: number): number => Math.floor(next() * limit)
  const outcomes = { packets: 0, violations: 0, waiting: 0 }
  const sources = levels.flatMap((level) =>
    roles.map((role) => ({ level, role, samples: samplesOf(level, role) }))
  )
  for (let count = 0; count < mutatedPackets; count++) {
    const { level, role, samples } = sources[below(sources.length)]
    const input = mutate(Buffer.from(samples[below(samples.length)]), below)
    const reader = decoder({ level: input[0] >> 4 === 1 ? 0 : level, role, packetBytesMax: 10_000 })
    const seen: Packet[] = []
    try {
      for (let at = 0; at < input.length; ) {
        const end = at + 1 + below(input.length)
        reader.write(input.subarray(at, end), (decoded) => void seen.push(decoded))
        at = end
      }
      outcomes[seen.length > 0 ? 'packets' : 'waiting']++
    } catch (error) {
      if (!(error instanceof ProtocolViolation))
        throw new Error(`${input.toString('hex')} at ${level}`, { cause: error })
      expect(error.reasonCode).toBeGreaterThanOrEqual(0x80)
      outcomes.violations++
    }
    // whatever was accepted can be written again
    for (const decoded of seen) encode(decoded, level)
  }
  for (const occurred of Object.values(outcomes)) expect(occurred).toBeGreaterThan(mutatedPackets / 100)
})

function samplesOf(level: ProtocolLevel, role: Role): Buffer[] {
  const packets = [
    ...fc.sample(anyPacket(level, role), { numRuns: 300, seed }),
    ...fc.sample(anyConnect(level), { numRuns: 60, seed })
  ]
  return packets.map((sample) => encode(sample, level))
}

function mutate(input: Buffer, below: (limit: number) => number): Buffer {
  let mutated = input
  for (let count = 1 + below(3); count > 0; count--) {
    const at = below(mutated.length)
    switch (below(5)) {
      case 0:
        mutated[at] ^= 1 << below(8)
        break
      case 1:
        mutated[at] = below(256)
        break
      case 2:
        mutated = Buffer.concat([mutated.subarray(0, at), mutated.subarray(at + 1)])
        break
      case 3:
        mutated = Buffer.concat([mutated.subarray(0, at), Buffer.from([below(256)]), mutated.subarray(at)])
        break
      default:
        // keeps the rest well-formed: only the length byte lies
        if (mutated.length > 1) mutated[1] = below(128)
    }
    if (mutated.length === 0) return Buffer.from([below(256)])
  }
  return mutated
}

import fc from 'fast-check'
import mqttPacket, { type Packet as OtherPacket } from 'mqtt-packet'
import { describe, expect, it } from 'vitest'
import { encode, type Packet, type ProtocolLevel } from '../src/index.js'
import { anyConnect, anyPacket } from './packet-arbitraries.js'
import { decodeAll } from './support.js'

const protocols: ProtocolLevel[] = [3, 4, 5]

function readByOther(input: Buffer, protocolVersion: ProtocolLevel): OtherPacket {
  const read: OtherPacket[] = []
  const parser = mqttPacket.parser({ protocolVersion })
  parser.on('packet', (other) => void read.push(other))
  parser.on('error', (error) => {
    throw error
  })
  expect(parser.parse(input)).toBe(0)
  expect(read).toHaveLength(1)
  return read[0]
}

/** What both know, in our words. */
function sameFields(ours: Packet, other: OtherPacket): void {
  expect(other.cmd).toBe(ours.type)
  if ('packetId' in ours && ours.packetId !== 0) expect(other.messageId).toBe(ours.packetId)
  if (ours.type === 'publish') {
    expect(other).toMatchObject({
      topic: ours.topic,
      payload: ours.payload,
      qos: ours.qos,
      retain: ours.retain,
      dup: ours.dup
    })
  }
  if (ours.type === 'subscribe') {
    const subscriptions = ours.subscriptions.map(({ topicFilter, qos }) => ({ topic: topicFilter, qos }))
    expect(other).toMatchObject({ subscriptions })
  }
  if (ours.type === 'unsubscribe') expect(other).toMatchObject({ unsubscriptions: ours.topicFilters })
  if (ours.type === 'suback') expect(other).toMatchObject({ granted: ours.reasonCodes })
  if (ours.type === 'connect') {
    const { clientId, cleanStart, keepAliveS, protocolLevel } = ours
    expect(other).toMatchObject({
      clientId,
      clean: cleanStart,
      keepalive: keepAliveS,
      protocolVersion: protocolLevel
    })
    if (ours.will !== undefined)
      expect(other).toMatchObject({ will: { topic: ours.will.topic, qos: ours.will.qos } })
  }
}

describe.each(protocols)('at level %i mqtt-packet', (level) => {
  const packets = fc.oneof(anyPacket(level, 'server'), anyPacket(level, 'client'), anyConnect(level))

  it('reads what we write', () => {
    fc.assert(
      fc.property(packets, (ours) => {
        sameFields(ours, readByOther(encode(ours, level), level))
      }),
      { numRuns: 300 }
    )
  })

  it('writes what we read', () => {
    // what it read of ours it writes again: our decoder must find the packet it began with
    const publishes = anyPacket(level, 'server').filter(({ type }) => type === 'publish' || type === 'puback')
    fc.assert(
      fc.property(publishes, (ours) => {
        const other = readByOther(encode(ours, level), level)
        const rewritten = mqttPacket.generate(other, { protocolVersion: level })
        const [again] = decodeAll(rewritten, { level })
        const properties = again.type === 'publish' || again.type === 'puback' ? again.properties : undefined
        expect({ ...again, properties: undefined }).toEqual({ ...ours, properties: undefined })
        if (ours.type === 'publish') {
          expect(withoutPairs(properties)).toEqual(withoutPairs(ours.properties))
        }
      }),
      { numRuns: 200 }
    )
  })
})

/** mqtt-packet groups user properties by key, so their order is not its promise; absent and empty are the same. */
function withoutPairs(properties: object | undefined): object {
  return { ...properties, userProperties: undefined }
}

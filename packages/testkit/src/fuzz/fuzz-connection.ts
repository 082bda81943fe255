import { setTimeout as sleep } from 'node:timers/promises'
import { Decoder, encode, type Packet, type ProtocolLevel, ProtocolViolation } from '@parley/mqtt-wire'
import type { ByteStream } from './byte-stream.js'
import { inPieces, mutate } from './mutate.js'
import type { Random } from './random.js'
import { clientPacket, connectPacket } from './valid-packets.js'
import type { WebSocketStream } from './web-socket-stream.js'

const levels: readonly ProtocolLevel[] = [3, 4, 5]
/** So few that clients come back to their sessions, and take over each other. */
const clientIds = 300
const mutatedPerConnectionMax = 12
/** A server that answers a violation closes at once; this is for a busy machine. */
const closeMsMax = 10_000

export interface FuzzTotals {
  connections: number
  webSockets: number
  mutated: number
  valid: number
  /** Connections on which something was sent that no server may accept, and that the server closed. */
  violations: number
  /** Such connections, and those that said goodbye, which the server did not close in time; one sentence each. */
  leftOpen: string[]
}

export function newTotals(): FuzzTotals {
  return { connections: 0, webSockets: 0, mutated: 0, valid: 0, violations: 0, leftOpen: [] }
}

/**
 * One client that goes wrong: CONNECT of any version (at times broken, or missing), then valid and mutated packets in turn,
 * cut into pieces, until one of them is a violation or it has had enough. A decoder like the server's says which it is: after
 * a violation the server must close.
 */
export async function fuzzConnection(
  stream: ByteStream | WebSocketStream,
  random: Random,
  totals: FuzzTotals,
  packetBytesMax: number
): Promise<void> {
  const sent = new SentBytes(packetBytesMax)
  totals.connections++
  const script = scriptOf(random)
  for (const { bytes, mutated } of script) {
    totals[mutated ? 'mutated' : 'valid']++
    for (const piece of inPieces(random, bytes)) stream.write(piece)
    if (sent.violatedBy(bytes)) break
    if (random.oneIn(4)) await sleep(0)
  }
  const broken = 'writeBroken' in stream && !sent.violated && random.oneIn(4)
  if (broken) stream.writeBroken(random)
  if (sent.violated || broken) {
    totals.violations++
  } else if (random.oneIn(3)) {
    stream.destroy()
  } else {
    stream.end()
  }
  if (await closesInTime(stream)) return
  const last = script.map(({ bytes }) => bytes.toString('hex')).join(' ')
  totals.leftOpen.push(`${broken ? 'a broken frame after ' : ''}${last}`)
  stream.destroy()
}

interface Sent {
  bytes: Buffer
  mutated: boolean
}

function scriptOf(random: Random): Sent[] {
  const level = random.pick(levels)
  const connect = encode(knownConnect(random, level), level)
  const script: Sent[] = []
  if (random.oneIn(12)) script.push({ bytes: mutate(random, connect, connect), mutated: true })
  else if (!random.oneIn(24)) script.push({ bytes: connect, mutated: false })
  let other = connect
  for (let count = 1 + random.below(mutatedPerConnectionMax); count > 0; count--) {
    if (random.oneIn(2)) script.push({ bytes: encode(clientPacket(random, level), level), mutated: false })
    const bytes = encode(clientPacket(random, level), level)
    script.push({ bytes: mutate(random, bytes, other), mutated: true })
    other = bytes
  }
  return script
}

/** A CONNECT that a server lets in, but for rare ones. */
function knownConnect(random: Random, level: ProtocolLevel): Packet {
  const packet = connectPacket(random, level)
  packet.clientId = `fuzz-${random.below(clientIds)}`
  if (packet.properties && !random.oneIn(16)) {
    packet.properties = {
      ...packet.properties,
      authenticationMethod: undefined,
      maximumPacketSize: undefined
    }
  }
  return packet
}

/** What has been sent, as a server's decoder sees it. */
class SentBytes {
  violated = false
  readonly #decoder: Decoder

  constructor(packetBytesMax: number) {
    this.#decoder = new Decoder({ role: 'server', packetBytesMax })
  }

  violatedBy(bytes: Buffer): boolean {
    try {
      this.#decoder.write(bytes, () => undefined)
    } catch (error) {
      if (!(error instanceof ProtocolViolation)) throw error
      this.violated = true
    }
    return this.violated
  }
}

async function closesInTime(stream: ByteStream): Promise<boolean> {
  const timeout = new AbortController()
  const closed = await Promise.race([
    stream.closed.then(() => true),
    sleep(closeMsMax, false, { signal: timeout.signal }).catch(() => false)
  ])
  timeout.abort()
  return closed
}

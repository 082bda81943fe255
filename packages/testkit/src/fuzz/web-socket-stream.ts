import type { Socket } from 'node:net'
import { type ByteStream, type Destination, openSocket, whenClosed } from './byte-stream.js'
import type { Random } from './random.js'

/** RFC 6455, 5.2 */
const opcodes = { continuation: 0, binary: 2, close: 8, ping: 9 } as const
const final = 0x80
const masked = 0x80
const twoByteLength = 126
const eightByteLength = 127
const oneByteLengthMax = 125
const maskBytes = 4

/** Frames that a server must refuse: a reserved opcode, no mask, reserved bits, and a length that nobody has room for. */
const brokenFrames = [
  '838000000000',
  '820100',
  'f28000000000',
  '82ff000000ffffffffff00000000',
  '89fe0080'
].map((hex) => Buffer.from(hex, 'hex'))

const emptyClose = Buffer.from([final | opcodes.close, masked, 0, 0, 0, 0])

/** A WebSocket that is written by hand, so that its frames can be cut and broken in ways that no library offers. */
export interface WebSocketStream extends ByteStream {
  /** A frame that ends the connection. */
  writeBroken(random: Random): void
}

/** Opens a WebSocket with the subprotocol of MQTT; every write is a frame of its own, or two fragments, at times a ping between. */
export async function openWebSocketStream(
  destination: Destination,
  path: string,
  random: Random
): Promise<WebSocketStream> {
  const socket = await openSocket(destination)
  socket.write(upgradeRequest(path))
  await upgraded(socket)
  const goodbye = answerClose(socket)
  return {
    write: (bytes) => void socket.write(framesOf(random, bytes)),
    writeBroken: () => void socket.write(random.pick(brokenFrames)),
    end: () => void socket.write(frame(final | opcodes.close, Buffer.alloc(0), random)),
    destroy: () => void socket.destroy(),
    closed: Promise.race([goodbye, whenClosed(socket)])
  }
}

function upgradeRequest(path: string): string {
  const lines = [
    `GET ${path} HTTP/1.1`,
    'Host: 127.0.0.1',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Protocol: mqtt'
  ]
  return `${lines.join('\r\n')}\r\n\r\n`
}

/** The server says nothing before the first frame: its first bytes are the whole answer. */
function upgraded(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('data', (bytes: Buffer) => {
      if (bytes.toString('latin1').startsWith('HTTP/1.1 101 ')) resolve()
      else reject(new Error(`the upgrade was refused: ${bytes.toString('latin1').slice(0, 200)}`))
    })
    socket.once('close', () => reject(new Error('the upgrade was refused with a close')))
  })
}

/** Reads the frames of the server only to find its goodbye, answers it (5.5.1), and resolves. */
function answerClose(socket: Socket): Promise<void> {
  let waiting: Buffer = Buffer.alloc(0)
  return new Promise((resolve) => {
    socket.on('data', (bytes: Buffer) => {
      waiting = waiting.length === 0 ? bytes : Buffer.concat([waiting, bytes])
      for (let size = frameSize(waiting); size > 0 && waiting.length >= size; size = frameSize(waiting)) {
        if ((waiting[0]! & 0x0f) === opcodes.close) {
          socket.end(emptyClose)
          resolve()
        }
        waiting = waiting.subarray(size)
      }
    })
  })
}

/** Bytes of the first frame, which a server does not mask; 0: its length is not there yet. */
function frameSize(bytes: Buffer): number {
  if (bytes.length < 2) return 0
  const length = bytes[1]! & 0x7f
  if (length <= oneByteLengthMax) return 2 + length
  if (length === twoByteLength) return bytes.length < 4 ? 0 : 4 + bytes.readUInt16BE(2)
  return bytes.length < 10 ? 0 : 10 + Number(bytes.readBigUInt64BE(2))
}

function framesOf(random: Random, bytes: Buffer): Buffer {
  const ping = random.oneIn(16) ? frame(final | opcodes.ping, Buffer.from('?'), random) : Buffer.alloc(0)
  if (!random.oneIn(8)) return Buffer.concat([ping, frame(final | opcodes.binary, bytes, random)])
  const cut = random.below(bytes.length + 1)
  const first = frame(opcodes.binary, bytes.subarray(0, cut), random)
  return Buffer.concat([first, ping, frame(final | opcodes.continuation, bytes.subarray(cut), random)])
}

function frame(firstByte: number, payload: Buffer, random: Random): Buffer {
  const short = payload.length <= oneByteLengthMax
  const large = payload.length > 0xffff
  const headerBytes = short ? 2 : large ? 10 : 4
  const bytes = Buffer.alloc(headerBytes + maskBytes + payload.length)
  bytes[0] = firstByte
  bytes[1] = masked | (short ? payload.length : large ? eightByteLength : twoByteLength)
  if (large) bytes.writeBigUInt64BE(BigInt(payload.length), 2)
  else if (!short) bytes.writeUInt16BE(payload.length, 2)
  const mask = random.bytes(maskBytes)
  mask.copy(bytes, headerBytes)
  for (let at = 0; at < payload.length; at++) {
    bytes[headerBytes + maskBytes + at] = payload[at]! ^ mask[at % maskBytes]!
  }
  return bytes
}

import { connect, type Socket } from 'node:net'
import { encode } from '@parley/mqtt-wire'
import { sourceAddress } from './source-addresses.js'

const answerTimeoutMs = 30_000
const level = 4
const connackBytes = 4
const subackBytes = 5
const returnCodeAt = 3

export interface CrowdMember {
  /** Chooses the address that it connects from. */
  number: number
  port: number
  clientId: string
  username?: string
  password?: string
  /** A persistent session with this subscription, at QoS 1. Without it: a clean session that subscribes to nothing. */
  subscribesTo?: string
}

/** One of many 3.1.1 clients that only want to be connected: as little memory and time as a client can take. */
export class CrowdClient {
  readonly #socket: Socket
  readonly sessionPresent: boolean
  /** When the connection ended, by `performance.now()`. */
  readonly ended: Promise<number>

  private constructor(socket: Socket, sessionPresent: boolean) {
    this.#socket = socket
    this.sessionPresent = sessionPresent
    this.ended = new Promise((resolve) => {
      socket.once('close', () => resolve(performance.now()))
    })
  }

  /** Rejects when it was refused, closed or not answered. */
  static connect(member: CrowdMember): Promise<CrowdClient> {
    const { number, port } = member
    const socket = connect({ port, host: '127.0.0.1', noDelay: true, localAddress: sourceAddress(number) })
    const wanted = member.subscribesTo === undefined ? connackBytes : connackBytes + subackBytes
    let answer = Buffer.alloc(0)
    return new Promise((resolve, reject) => {
      const fail = (reason: string): void => {
        clearTimeout(timer)
        socket.destroy()
        reject(new Error(reason))
      }
      const timer = setTimeout(() => fail('no answer'), answerTimeoutMs)
      const onData = (chunk: Buffer): void => {
        answer = Buffer.concat([answer, chunk])
        if (answer.length < connackBytes) return
        if (answer[returnCodeAt] !== 0) fail(`refused with ${answer[returnCodeAt]}`)
        if (answer.length < wanted) return
        clearTimeout(timer)
        socket.off('data', onData)
        socket.resume()
        resolve(new CrowdClient(socket, answer[2] === 1))
      }
      socket.on('data', onData)
      socket.once('connect', () => socket.write(firstPackets(member)))
      socket.once('error', (error: NodeJS.ErrnoException) => fail(error.code ?? error.message))
      socket.once('close', () => fail('closed'))
      // One that comes later is an ordinary end.
      socket.on('error', () => undefined)
    })
  }

  get closed(): boolean {
    return this.#socket.destroyed
  }

  /** The line is cut, without a goodbye. */
  cut(): void {
    this.#socket.destroy()
  }
}

function firstPackets({ clientId, username, password, subscribesTo }: CrowdMember): Buffer {
  const connectPacket = encode(
    {
      type: 'connect',
      protocolLevel: level,
      cleanStart: subscribesTo === undefined,
      keepAliveS: 0,
      clientId,
      username,
      password: password === undefined ? undefined : Buffer.from(password),
      will: undefined,
      properties: undefined
    },
    level
  )
  if (subscribesTo === undefined) return connectPacket
  const flags = { noLocal: false, retainAsPublished: false, retainHandling: 0 } as const
  const subscriptions = [{ topicFilter: subscribesTo, qos: 1 as const, ...flags }]
  const subscribePacket = encode(
    { type: 'subscribe', packetId: 1, subscriptions, subscriptionIdentifier: undefined },
    level
  )
  return Buffer.concat([connectPacket, subscribePacket])
}

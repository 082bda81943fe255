import type { Reply } from '@parley/contracts'
import { waitUntil } from '@parley/embedded'
import type { PublishPacket } from '@parley/mqtt-wire'
import { FaultClient } from './fault-client.js'
import type { FaultService } from './service.js'

const clientsPerSide = 20
const drainTimeoutMs = 40_000
/** So long a responder takes for its answer: what keeps requests in flight. */
const acknowledgeAfterMs = 100

/** One request, as its requester knows it. */
interface Request {
  topic: string
  qos: 1 | 2
  /** Its number among those of its requester, topic and QoS. */
  number: number
  acknowledged: boolean
  deliveries: number
  replies: number
}

export interface Figures {
  published: number
  acknowledged: number
  lost: number
  unanswered: number
  repeatedAtQos1: number
  repeatedAtQos2: number
  outOfOrder: number
  /** Of the same request: it was published again, or answered again. */
  repliesRepeated: number
  /** Of the same message and responder, at QoS 2: answered again. */
  answeredAgain: number
  sessionsLost: number
  refused: number
  violations: number
}

/**
 * Requesters that keep a number of requests in flight, QoS 1 and 2 in turn, and the responders that answer them. All are persistent;
 * half of the requesters speak v5 and name their Response Topic, half speak 3.1.1 and have it from a rule. Responders speak 3.1.1.
 */
export class Load {
  readonly requesters: FaultClient[]
  readonly responders: FaultClient[]
  readonly #perRequester: number
  readonly #requests = new Map<string, Request>()
  readonly #open: number[]
  readonly #sent: number[]
  readonly #numbers = new Map<string, number>()
  /** The highest number that came, by requester, topic and QoS. */
  readonly #highest = new Map<string, number>()
  #running = false
  answered = 0
  acknowledged = 0
  #repeatedAtQos1 = 0
  #repeatedAtQos2 = 0
  #outOfOrder = 0
  #repliesRepeated = 0
  #answeredAgain = 0
  readonly #replies = new Set<string>()

  private constructor({ mqttPort: port }: FaultService, inFlight: number) {
    const numbers = Array.from({ length: clientsPerSide }, (_, at) => at)
    this.#perRequester = Math.ceil(inFlight / clientsPerSide)
    this.#open = numbers.map(() => 0)
    this.#sent = numbers.map(() => 0)
    this.responders = numbers.map(
      (at) =>
        new FaultClient({
          port,
          clientId: `responder-${at}`,
          level: 4,
          acknowledgeAfterMs,
          onMessage: (packet) => this.#onRequest(packet)
        })
    )
    this.requesters = numbers.map(
      (at) =>
        new FaultClient({
          port,
          clientId: requesterName(at),
          level: levelOf(at),
          onMessage: (packet) => this.#onReply(packet, at),
          onAcknowledged: (key) => this.#onAcknowledged(key)
        })
    )
  }

  static async open(service: FaultService, inFlight: number): Promise<Load> {
    const load = new Load(service, inFlight)
    await Promise.all(load.clients.map((client) => client.ready()))
    await Promise.all([
      ...load.responders.map((client, at) => client.subscribe(`cmd/${at}`, 2)),
      ...load.requesters.map((client) => client.subscribe(`replies/${client.clientId}`, 2))
    ])
    return load
  }

  get clients(): FaultClient[] {
    return [...this.responders, ...this.requesters]
  }

  /** Published and without a reply. */
  get inFlight(): number {
    return this.#open.reduce((sum, open) => sum + open, 0)
  }

  start(): void {
    this.#running = true
    for (const at of this.requesters.keys()) this.#refill(at)
  }

  /** Waits until this many requests have been answered from now. */
  async answers(count: number): Promise<void> {
    const target = this.answered + count
    await waitUntil(() => this.answered >= target, drainTimeoutMs)
  }

  /**
   * No new requests; waits until all are acknowledged and answered, or the time is over: then what is missing counts as lost.
   * At last all connect once more, so that what the server still holds shows itself.
   */
  async finish(): Promise<Figures> {
    this.#running = false
    const done = () => this.inFlight === 0 && this.requesters.every(({ unfinished }) => unfinished === 0)
    await waitUntil(done, drainTimeoutMs)
    await this.#lookAgain()
    await this.#lookAgain()
    return this.figures()
  }

  figures(): Figures {
    const requests = [...this.#requests.values()]
    const acknowledged = requests.filter((request) => request.acknowledged)
    const total = (value: (client: FaultClient) => number): number =>
      this.clients.reduce((sum, client) => sum + value(client), 0)
    return {
      published: requests.length,
      acknowledged: acknowledged.length,
      lost: acknowledged.filter(({ deliveries }) => deliveries === 0).length,
      unanswered: acknowledged.filter(({ replies }) => replies === 0).length,
      repeatedAtQos1: this.#repeatedAtQos1,
      repeatedAtQos2: this.#repeatedAtQos2,
      outOfOrder: this.#outOfOrder,
      repliesRepeated: this.#repliesRepeated,
      answeredAgain: this.#answeredAgain,
      sessionsLost: total(({ sessionsLost }) => sessionsLost),
      refused: total(({ refused }) => refused),
      violations: total(({ violations }) => violations.length)
    }
  }

  async #lookAgain(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.reconnect()))
    for (let round = 0; round < 2; round++) await Promise.all(this.clients.map((client) => client.ping()))
  }

  #refill(at: number): void {
    while (this.#running && this.#open[at]! < this.#perRequester) this.#request(at)
  }

  #request(at: number): void {
    const sent = this.#sent[at]!++
    this.#open[at]!++
    const qos = sent % 2 === 0 ? 1 : 2
    // Two responders each, so that every responder has several publishers.
    const topic = `cmd/${(at + (sent % 4 < 2 ? 0 : 1)) % clientsPerSide}`
    const stream = `${requesterName(at)} ${topic} ${qos}`
    const number = (this.#numbers.get(stream) ?? 0) + 1
    this.#numbers.set(stream, number)
    const key = `${stream} ${number}`
    this.#requests.set(key, { topic, qos, number, acknowledged: false, deliveries: 0, replies: 0 })
    const requester = this.requesters[at]!
    const properties = {
      responseTopic: `replies/${requester.clientId}`,
      correlationData: Buffer.from(key)
    }
    requester.publish({
      key,
      topic,
      payload: JSON.stringify({ id: key }),
      qos,
      ...(levelOf(at) === 5 && { properties })
    })
  }

  #onAcknowledged(key: string): void {
    this.#requests.get(key)!.acknowledged = true
    this.acknowledged++
  }

  #onRequest({ payload, qos }: PublishPacket): void {
    const key = (JSON.parse(payload.toString()) as { id: string }).id
    const request = this.#requests.get(key)!
    if (++request.deliveries > 1) {
      if (qos === 2) this.#repeatedAtQos2++
      else this.#repeatedAtQos1++
      return
    }
    const stream = key.slice(0, key.lastIndexOf(' '))
    const highest = this.#highest.get(stream) ?? 0
    if (request.number < highest) this.#outOfOrder++
    else this.#highest.set(stream, request.number)
  }

  #onReply({ payload, qos }: PublishPacket, at: number): void {
    const { id, subscriberClientId, pubProps } = JSON.parse(payload.toString()) as Reply
    const reply = `${id} ${subscriberClientId}`
    if (qos === 2 && this.#replies.has(reply)) this.#answeredAgain++
    this.#replies.add(reply)
    const request = this.#requests.get(pubProps.correlationData!)!
    if (++request.replies > 1) {
      this.#repliesRepeated++
      return
    }
    this.answered++
    this.#open[at]!--
    this.#refill(at)
  }
}

function levelOf(at: number): 4 | 5 {
  return at % 2 === 0 ? 5 : 4
}

/** The rule of the instance is for those that begin with `old-`. */
function requesterName(at: number): string {
  return levelOf(at) === 5 ? `requester-${at}` : `old-requester-${at}`
}

import { connectProbe, type MqttProbe } from '@parley/testkit'

const answerTimeoutMs = 15_000
const topic = 'stored'
const properties = { sessionExpiryInterval: 3_600 }

/** One client for each packet whose answer must wait for the store: PUBLISH at QoS 1 and 2 to a persistent session, PUBREL. */
export class StoreProbes {
  readonly #subscriber: MqttProbe
  readonly #probes: MqttProbe[]

  private constructor(subscriber: MqttProbe, probes: MqttProbe[]) {
    this.#subscriber = subscriber
    this.#probes = probes
  }

  static async open(port: number): Promise<StoreProbes> {
    const subscriber = await connectProbe(port, { level: 5, cleanStart: false, properties, autoAck: true })
    await subscriber.subscribe(topic, 2)
    const connect = (): Promise<MqttProbe> =>
      connectProbe(port, { level: 5, cleanStart: false, properties, clientId: `store-probe-${++opened}` })
    return new StoreProbes(subscriber, await Promise.all([connect(), connect(), connect()]))
  }

  /** While Redis still answers: a QoS 2 message up to its PUBREC, so that a PUBREL can follow. */
  async prepare(): Promise<void> {
    const [, , releasing] = this.#three()
    releasing.sendPublish(topic, 'to be released', { qos: 2, packetId: releasedId })
    await releasing.next('pubrec')
    await this.#subscriber.next('publish')
  }

  /** Redis does nothing from before this on. The QoS 2 message is sent twice: the second must not be taken as stored. */
  send(): void {
    const [once, twice, releasing] = this.#three()
    once.sendPublish(topic, 'qos 1', { qos: 1 })
    const packetId = twice.sendPublish(topic, 'qos 2', { qos: 2 })
    twice.sendPublish(topic, 'qos 2', { qos: 2, packetId, dup: true })
    releasing.ack('pubrel', releasedId)
  }

  /** What came as an answer so far, by type; and what the subscriber got. */
  answers(): string[] {
    return [...this.#probes, this.#subscriber].flatMap(({ inbox }) => inbox.map(({ type }) => type))
  }

  /** Redis is back: all three are answered, and what was published arrives once. */
  async answered(): Promise<string[]> {
    const [once, twice, releasing] = this.#three()
    await once.next('puback', answerTimeoutMs)
    const { packetId } = await twice.next('pubrec', answerTimeoutMs)
    await twice.next('pubrec')
    await releasing.next('pubcomp', answerTimeoutMs)
    await twice.release(packetId)
    const first = await this.#subscriber.next('publish', answerTimeoutMs)
    const second = await this.#subscriber.next('publish', answerTimeoutMs)
    await this.#subscriber.expectNothing()
    return [first, second].map(({ payload }) => payload.toString()).sort()
  }

  #three(): [MqttProbe, MqttProbe, MqttProbe] {
    return this.#probes as [MqttProbe, MqttProbe, MqttProbe]
  }
}

let opened = 0
/** Above what the probe counts by itself. */
const releasedId = 1_000

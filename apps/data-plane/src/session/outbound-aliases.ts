/** The aliases that topics have on one connection, server to client [MQTT-3.1.2-26]: first come, first served. */
export class OutboundAliases {
  readonly #max: number
  readonly #byTopic = new Map<string, number>()

  constructor(max: number) {
    this.#max = max
  }

  /** The alias that the client was told; undefined when it was told none. */
  known(topic: string): number | undefined {
    return this.#byTopic.get(topic)
  }

  /** The alias that a topic can be given next; undefined when all are given. */
  get free(): number | undefined {
    return this.#byTopic.size < this.#max ? this.#byTopic.size + 1 : undefined
  }

  /** The client is being told: from here the alias stands for the topic. */
  give(topic: string): void {
    this.#byTopic.set(topic, this.#byTopic.size + 1)
  }
}

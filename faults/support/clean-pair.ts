import { FaultClient } from './fault-client.js'

/** It is there to show that they go on, not to load the machine. */
const pauseMs = 5

/** Two clients without a session that send a QoS 1 message to and fro: what must go on while Redis is away. */
export class CleanPair {
  readonly #one: FaultClient
  readonly #other: FaultClient
  /** Messages that came. */
  rounds = 0

  private constructor(port: number) {
    const make = (from: string, to: string): FaultClient =>
      new FaultClient({
        port,
        clientId: `clean-${from}`,
        level: 5,
        persistent: false,
        onMessage: () => {
          this.rounds++
          setTimeout(() => this.#send(from, to), pauseMs)
        }
      })
    this.#one = make('one', 'other')
    this.#other = make('other', 'one')
  }

  static async start(port: number): Promise<CleanPair> {
    const pair = new CleanPair(port)
    await Promise.all([pair.#one.ready(), pair.#other.ready()])
    await Promise.all([pair.#one.subscribe('ball/one', 1), pair.#other.subscribe('ball/other', 1)])
    pair.#send('one', 'other')
    return pair
  }

  /** Connections of both; 2 when none was cut. */
  get connects(): number {
    return this.#one.connects + this.#other.connects
  }

  #send(from: string, to: string): void {
    const client = from === 'one' ? this.#one : this.#other
    client.publish({ key: 'ball', topic: `ball/${to}`, payload: 'ball', qos: 1 })
  }
}

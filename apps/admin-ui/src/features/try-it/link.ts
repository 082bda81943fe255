import type { IClientOptions, IPublishPacket, MqttClient, Packet } from 'mqtt'

/** Where the connection of one client stands. */
export type LinkState =
  | { kind: 'idle' | 'connecting' | 'connected' }
  /** The server said no: to the client, or to its subscription. */
  | { kind: 'refused'; what: 'connection' | 'subscription'; code: number }
  /** It tries again by itself. `before`: it had been connected. `code`: the reason, when the server gave one. */
  | { kind: 'lost'; before: boolean; code: number | undefined }

export interface LinkOptions {
  url: string
  clientId: string
  version: '3.1.1' | '5.0'
  /** Empty: anonymous. */
  username: string
  password: string
  /** Subscribed to before the link counts as connected, and again whenever it had to reconnect. */
  filter: string
  qos: 1 | 2
}

/** What a link tells. */
export interface LinkListener {
  onState(state: LinkState): void
  onMessage(packet: IPublishPacket): void
  /** The packet was handed to the socket. */
  onSent(packet: Packet): void
}

export interface Publication {
  topic: string
  payload: string
  qos: 0 | 1 | 2
  /** Of a v5 client. */
  properties?: { responseTopic: string; correlationData?: string }
}

/** What the server said to a publish: the packet that ended it, and its reason code. */
export interface Acceptance {
  packet: 'PUBACK' | 'PUBCOMP'
  code: number
}

const connectTimeoutMs = 5_000
const reconnectAfterMs = 1_000

/** One MQTT client in this page, over WebSocket. MQTT.js comes with the first connection, not with the page. */
export class Link {
  readonly #listener: LinkListener
  readonly #filters = new Map<string, { qos: 1 | 2 }>()
  #client: MqttClient | undefined
  #state: LinkState = { kind: 'idle' }
  /** Another one for each connection: what an earlier one still has to say is not heard. */
  #turn = 0

  constructor(listener: LinkListener) {
    this.#listener = listener
  }

  async connect(options: LinkOptions): Promise<void> {
    this.#leave()
    const turn = this.#turn
    this.#enter({ kind: 'connecting' })
    const { default: mqtt } = await import('mqtt')
    if (turn !== this.#turn) return
    this.#filters.clear()
    this.#filters.set(options.filter, { qos: options.qos })
    this.#client = mqtt.connect(options.url, clientOptions(options))
    this.#listen(this.#client)
  }

  /** Subscribes to one more filter; resolves to false when it was refused, which ends the connection. */
  async listenTo(filter: string, qos: 1 | 2): Promise<boolean> {
    if (this.#filters.has(filter)) return true
    this.#filters.set(filter, { qos })
    return this.#subscribe()
  }

  /** Undefined at QoS 0: nobody says anything. Rejects with a `code` when the publish was refused. */
  async publish({ topic, payload, qos, properties }: Publication): Promise<Acceptance | undefined> {
    const client = this.#client
    if (!client) return undefined
    const published = client.publishAsync(topic, payload, {
      qos,
      // A browser has no Buffer: MQTT.js writes a text as its UTF-8 bytes, which its types do not say.
      ...(properties && { properties: properties as unknown as NonNullable<IPublishPacket['properties']> })
    })
    const answer = answerOf(client, client.getLastMessageId())
    try {
      await published
      return answer.heard
    } finally {
      answer.stopListening()
    }
  }

  end(): void {
    this.#leave()
    this.#enter({ kind: 'idle' })
  }

  /** With a DISCONNECT; without one when something is still under way. */
  #leave(): void {
    this.#turn++
    const client = this.#client
    this.#client = undefined
    client?.end(Object.keys(client.outgoing).length > 0)
  }

  #listen(client: MqttClient): void {
    let before = false
    let code: number | undefined
    const turn = this.#turn
    const isCurrent = () => turn === this.#turn
    const onConnect = async () => {
      code = undefined
      if (!(await this.#subscribe()) || !isCurrent()) return
      before = true
      this.#enter({ kind: 'connected' })
    }
    client.on('connect', () => isCurrent() && void onConnect())
    client.on('disconnect', ({ reasonCode }) => {
      code = reasonCode
    })
    client.on('error', (error) => isCurrent() && this.#onError(error))
    client.on('close', () => isCurrent() && this.#onClose(before, code))
    this.#listenToMessages(client, isCurrent)
    client.on('packetsend', (packet) => isCurrent() && this.#listener.onSent(packet))
  }

  /**
   * MQTT.js tells of a message at QoS 2 after PUBREL only: a 3.1.1 message is taken when it comes, before its PUBREC goes out. The
   * topic of a v5 message may be an alias until MQTT.js has looked it up.
   */
  #listenToMessages(client: MqttClient, isCurrent: () => boolean): void {
    const tell = (packet: Packet) => {
      if (isCurrent() && packet.cmd === 'publish') this.#listener.onMessage(packet)
    }
    if (client.options.protocolVersion === 5) client.on('message', (_topic, _payload, packet) => tell(packet))
    else client.on('packetreceive', tell)
  }

  async #subscribe(): Promise<boolean> {
    const turn = this.#turn
    try {
      await this.#client?.subscribeAsync(Object.fromEntries(this.#filters))
      return turn === this.#turn
    } catch (error) {
      const code = refusalCode(error)
      if (turn !== this.#turn || code === undefined) return false
      this.#leave()
      this.#enter({ kind: 'refused', what: 'subscription', code })
      return false
    }
  }

  /** Only a refusal carries a code; whatever else goes wrong closes the connection, which is heard as well. */
  #onError(error: unknown): void {
    const code = refusalCode(error)
    if (code !== undefined) this.#enter({ kind: 'refused', what: 'connection', code })
  }

  #onClose(before: boolean, code: number | undefined): void {
    if (this.#state.kind !== 'refused') this.#enter({ kind: 'lost', before, code })
  }

  #enter(state: LinkState): void {
    this.#state = state
    this.#listener.onState(state)
  }
}

/** MQTT.js keeps the packet that ends a publish to itself: it is caught on its way in. */
function answerOf(client: MqttClient, messageId: number) {
  const answer = { heard: undefined as Acceptance | undefined, stopListening: () => undefined as unknown }
  const onReceived = (packet: Packet) => {
    if ((packet.cmd !== 'puback' && packet.cmd !== 'pubcomp') || packet.messageId !== messageId) return
    answer.heard = { packet: packet.cmd === 'puback' ? 'PUBACK' : 'PUBCOMP', code: packet.reasonCode ?? 0 }
  }
  client.on('packetreceive', onReceived)
  answer.stopListening = () => client.off('packetreceive', onReceived)
  return answer
}

/** The reason or return code by which the server refused something; undefined when the error is of another kind. */
export function refusalCode(error: unknown): number | undefined {
  const { code } = error as { code?: unknown }
  return typeof code === 'number' ? code : undefined
}

function clientOptions({ clientId, version, username, password }: LinkOptions): IClientOptions {
  return {
    clientId,
    protocolVersion: version === '5.0' ? 5 : 4,
    clean: true,
    connectTimeout: connectTimeoutMs,
    reconnectPeriod: reconnectAfterMs,
    // Done here, so that a refusal is seen.
    resubscribe: false,
    // The other kind is a worker made from a blob, which the content security policy refuses.
    timerVariant: 'native',
    ...(username !== '' && { username, password })
  }
}

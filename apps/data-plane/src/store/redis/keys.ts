/** Every Redis key of the session store. All carry `{instanceId}`: one instance lies in one slot of Redis Cluster. */
export class SessionKeys {
  readonly #prefix: string

  constructor(instanceId: string) {
    this.#prefix = `{${instanceId}}`
  }

  /** Set: client ids of the instance's persistent sessions. */
  get sessions(): string {
    return `${this.#prefix}:sessions`
  }

  /** Sorted set: client id, scored with the epoch ms at which its session, or its delayed will, is due. */
  get schedule(): string {
    return `${this.#prefix}:schedule`
  }

  /** Hash: client id to its will. */
  get wills(): string {
    return `${this.#prefix}:wills`
  }

  /** Hash: topic to the retained message. */
  get retained(): string {
    return `${this.#prefix}:retained`
  }

  /** Hash: owner, epoch, expiry, and where the queue stands; see scripts.ts. */
  session(clientId: string): string {
    return `${this.#prefix}:session:${clientId}`
  }

  /** Hash: delivery to the copy that waits or is inflight. */
  queue(clientId: string): string {
    return `${this.#prefix}:queue:${clientId}`
  }

  /** Set: packet ids of QoS 2 messages received and not yet released. */
  received(clientId: string): string {
    return `${this.#prefix}:received:${clientId}`
  }

  /** Hash: topic filter to the options of the subscription. */
  subscriptions(clientId: string): string {
    return `${this.#prefix}:subscriptions:${clientId}`
  }

  /** The keys that one session has, in the order in which the scripts take them. */
  ofSession(clientId: string): [session: string, queue: string, received: string, subscriptions: string] {
    return [
      this.session(clientId),
      this.queue(clientId),
      this.received(clientId),
      this.subscriptions(clientId)
    ]
  }
}

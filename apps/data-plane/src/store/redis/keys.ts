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

  /** Sorted set: sessions whose client is away and wills whose delay runs, scored with the epoch ms at which they are due. */
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

  /** Counter: what the copies in all queues of the instance weigh. */
  get queuedBytes(): string {
    return `${this.#prefix}:queued-bytes`
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

  /** The keys that one session has. */
  ofSession(clientId: string): string[] {
    return [
      this.session(clientId),
      this.queue(clientId),
      this.received(clientId),
      this.subscriptions(clientId)
    ]
  }

  /** Those that applyBatch takes, in its order. */
  ofBatch(clientId: string): string[] {
    return [...this.ofSession(clientId), this.queuedBytes]
  }

  /** Those that the scripts take which begin and end a session, in their order. */
  ofLife(clientId: string): string[] {
    return [...this.ofBatch(clientId), this.sessions, this.schedule]
  }
}

/** The member of the schedule that stands for a session. */
export function sessionMember(clientId: string): string {
  return `session:${clientId}`
}

/** The member of the schedule that stands for a will. */
export function willMember(clientId: string): string {
  return `will:${clientId}`
}

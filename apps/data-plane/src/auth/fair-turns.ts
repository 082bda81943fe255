interface Waiting {
  isGone: () => boolean
  go: (result: 'turn' | 'gone') => void
}

/**
 * Turns for slow work, given to instances one after the other: the crowd of one does not keep the clients of another waiting. Who
 * is gone when its turn comes is passed over.
 */
export class FairTurns {
  readonly #atOnceMax: number
  readonly #waitingMax: number
  /** By instance; the one at the front has the next turn. */
  readonly #queues = new Map<string, Waiting[]>()
  #running = 0

  /** `waitingMax`: of one instance. */
  constructor(atOnceMax: number, waitingMax: number) {
    this.#atOnceMax = atOnceMax
    this.#waitingMax = waitingMax
  }

  /** `turn`: the work may begin, and ends with `leave`. `busy`: too many of this instance wait. `gone`: nobody wants it any more. */
  async take(instanceId: string, isGone: () => boolean): Promise<'turn' | 'busy' | 'gone'> {
    if (this.#running < this.#atOnceMax) {
      this.#running++
      return 'turn'
    }
    const queue = this.#queues.get(instanceId) ?? []
    if (queue.length >= this.#waitingMax) return 'busy'
    this.#queues.set(instanceId, queue)
    return new Promise((go) => queue.push({ isGone, go }))
  }

  leave(): void {
    const next = this.#next()
    if (next) next.go('turn')
    else this.#running--
  }

  #next(): Waiting | undefined {
    for (const [instanceId, queue] of this.#queues) {
      this.#queues.delete(instanceId)
      const next = firstPresent(queue)
      if (queue.length > 0) this.#queues.set(instanceId, queue)
      if (next) return next
    }
    return undefined
  }
}

function firstPresent(queue: Waiting[]): Waiting | undefined {
  for (;;) {
    const next = queue.shift()
    if (!next?.isGone()) return next
    next.go('gone')
  }
}

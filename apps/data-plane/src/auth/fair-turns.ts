import { InstanceQueue } from '../fleet/instance-queue.js'

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
  readonly #waiting = new InstanceQueue<Waiting>()
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
    if (this.#waiting.lengthOf(instanceId) >= this.#waitingMax) return 'busy'
    return new Promise((go) => this.#waiting.push(instanceId, { isGone, go }))
  }

  leave(): void {
    const next = this.#waiting.shift(passOverGone)
    if (next) next.go('turn')
    else this.#running--
  }
}

function passOverGone({ isGone, go }: Waiting): boolean {
  if (!isGone()) return false
  go('gone')
  return true
}

import { type AttemptOutcome, isPause } from './reply-job.js'

/** Replies that are remembered as done while Redis has not confirmed it; the oldest leave first. */
const unconfirmedMax = 10_000

/**
 * Keeps a reply from being published twice by this node. BullMQ runs a job again when its lock ran out or when its end could
 * not be written: while the first run goes on, the second shares it; when the reply is done, it is not tried again.
 */
export class Attempts {
  readonly #running = new Map<string, Promise<AttemptOutcome>>()
  readonly #unconfirmed = new Map<string, AttemptOutcome>()

  async run(id: string, attempt: () => Promise<AttemptOutcome>): Promise<AttemptOutcome> {
    const done = this.#unconfirmed.get(id)
    if (done) return done
    const running = this.#running.get(id)
    if (running) return running
    const started = attempt()
    this.#running.set(id, started)
    try {
      const outcome = await started
      if (!isPause(outcome)) this.#remember(id, outcome)
      return outcome
    } finally {
      this.#running.delete(id)
    }
  }

  /** Redis has the end of this job: BullMQ does not run it again. */
  confirm(id: string): void {
    this.#unconfirmed.delete(id)
  }

  #remember(id: string, outcome: AttemptOutcome): void {
    this.#unconfirmed.set(id, outcome)
    if (this.#unconfirmed.size <= unconfirmedMax) return
    for (const oldest of this.#unconfirmed.keys()) {
      this.#unconfirmed.delete(oldest)
      return
    }
  }
}

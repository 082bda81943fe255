import type { FastifyBaseLogger } from 'fastify'

/** Work that no answer waits for, such as noting when a key was used. A failure is logged; the stop waits for what runs. */
export class Afterwards {
  readonly #running = new Set<Promise<void>>()

  run(what: string, work: () => Promise<unknown>, log: Pick<FastifyBaseLogger, 'warn'>): void {
    const running = work()
      .then(
        () => undefined,
        (err: unknown) => log.warn({ err }, `not done: ${what}`)
      )
      .finally(() => this.#running.delete(running))
    this.#running.add(running)
  }

  /** Resolves when nothing runs any more. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running)
  }
}

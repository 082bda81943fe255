import type { Stored } from './session-store.js'

/** What Aedes' pipeline takes where its contract says promise: it calls `then` once, with both callbacks. */
export interface PipelineStep<T> {
  then(onValue: (value: T) => void, onError: (error: Error) => void): void
}

/**
 * A step that the store finishes now or later. One that is stored at once goes on at once, in the same turn and without a
 * microtask: order and speed of the memory store rest on it.
 */
export class StoredStep implements PipelineStep<void> {
  #settled = false
  #error: Error | null = null
  #onValue: (() => void) | undefined
  #onError: ((error: Error) => void) | undefined

  /** Hand this to the store; it is called once. */
  readonly settle: Stored = (error) => {
    this.#settled = true
    this.#error = error
    this.#goOn()
  }

  // biome-ignore lint/suspicious/noThenProperty: a thenable is what Aedes' pipeline takes
  then(onValue: () => void, onError: (error: Error) => void): void {
    this.#onValue = onValue
    this.#onError = onError
    if (this.#settled) this.#goOn()
  }

  #goOn(): void {
    if (this.#error) this.#onError?.(this.#error)
    else this.#onValue?.()
  }
}

/** A value that is there already, for the same reason. */
export class Settled<T> implements PipelineStep<T> {
  readonly #value: T

  constructor(value: T) {
    this.#value = value
  }

  // biome-ignore lint/suspicious/noThenProperty: a thenable is what Aedes' pipeline takes
  then(onValue: (value: T) => void): void {
    onValue(this.#value)
  }
}

/** One step of the store, for who has the time for a promise. */
export async function stored(step: (done: Stored) => void): Promise<void> {
  const waiting = new StoredStep()
  step(waiting.settle)
  await waiting
}

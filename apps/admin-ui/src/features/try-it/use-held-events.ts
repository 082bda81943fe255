import { type Dispatch, useEffect, useState } from 'react'

/** Longer than a request and its reply take. */
const heldMs = 50

/**
 * Passes events on together, a moment after the first of them: to draw one takes longer than the next takes to arrive, and the
 * times between them would be those of the drawing.
 */
export function useHeldEvents<Event>(dispatch: Dispatch<Event>): Dispatch<Event> {
  const [queue] = useState(() => new HeldEvents(dispatch))
  useEffect(() => () => queue.stop(), [queue])
  return queue.add
}

class HeldEvents<Event> {
  readonly #dispatch: Dispatch<Event>
  #held: Event[] = []
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(dispatch: Dispatch<Event>) {
    this.#dispatch = dispatch
  }

  readonly add = (event: Event): void => {
    this.#held.push(event)
    this.#timer ??= setTimeout(this.#passOn, heldMs)
  }

  readonly #passOn = (): void => {
    this.#timer = undefined
    for (const event of this.#held.splice(0)) this.#dispatch(event)
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}

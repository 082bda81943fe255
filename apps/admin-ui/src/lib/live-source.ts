import type { LiveEvent } from '@parley/contracts'

const firstDelayMs = 500
const maxDelayMs = 15_000
/** An event comes each second: after this silence the connection is not one any more, whatever the browser thinks. */
const silenceMs = 6_000
/** What the browser's own EventSource cannot say: whether the API refused, or was not reached. */
export type Refused = () => Promise<boolean>

/** How the stream of one instance stands, and the last thing that it said. */
export interface LiveState {
  phase: 'connecting' | 'live' | 'reconnecting' | 'ended'
  /** Epoch ms at which this phase began. */
  sinceMs: number
  event: LiveEvent | undefined
}

export interface LiveSourceOptions {
  url: string
  /** Asked after each failure: true ends the stream for good, since the instance or the session is gone. */
  isRefused: Refused
  onState: (state: LiveState) => void
}

/** Server-sent live figures that come back by themselves: each failure is followed by a new try, with growing pauses. */
export class LiveSource {
  readonly #options: LiveSourceOptions
  #source: EventSource | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #failures = 0
  #closed = false
  #state: LiveState = { phase: 'connecting', sinceMs: Date.now(), event: undefined }

  constructor(options: LiveSourceOptions) {
    this.#options = options
    this.#connect()
  }

  close(): void {
    this.#closed = true
    this.#disconnect()
  }

  #connect(): void {
    const source = new EventSource(this.#options.url)
    this.#source = source
    this.#expectWithin(silenceMs)
    source.addEventListener('live', ({ data }: MessageEvent<string>) => this.#onLive(data))
    source.addEventListener('error', () => this.#onFailure())
  }

  #onLive(data: string): void {
    this.#failures = 0
    this.#expectWithin(silenceMs)
    const event = JSON.parse(data) as LiveEvent
    const { phase, sinceMs } = this.#state
    this.#become({ phase: 'live', sinceMs: phase === 'live' ? sinceMs : Date.now(), event })
  }

  #expectWithin(ms: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#onFailure(), ms)
  }

  #onFailure(): void {
    this.#disconnect()
    const { phase, sinceMs, event } = this.#state
    const lost = phase === 'live' || phase === 'connecting'
    this.#become({ phase: 'reconnecting', sinceMs: lost ? Date.now() : sinceMs, event })
    void this.#tryAgain()
  }

  async #tryAgain(): Promise<void> {
    const refused = await this.#options.isRefused()
    if (this.#closed) return
    if (refused) {
      this.#become({ ...this.#state, phase: 'ended', sinceMs: Date.now() })
      return
    }
    this.#timer = setTimeout(() => this.#connect(), retryDelayMs(this.#failures++))
  }

  #disconnect(): void {
    clearTimeout(this.#timer)
    this.#source?.close()
    this.#source = undefined
  }

  #become(state: LiveState): void {
    this.#state = state
    this.#options.onState(state)
  }
}

/** Doubles from 0.5 s to 15 s, and is spread so that many pages do not come back at the same moment. */
export function retryDelayMs(failures: number, random = Math.random()): number {
  const delayMs = Math.min(firstDelayMs * 2 ** failures, maxDelayMs)
  return delayMs * (0.5 + random / 2)
}

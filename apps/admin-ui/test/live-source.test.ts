import type { LiveEvent } from '@parley/contracts'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { LiveSource, type LiveState, retryDelayMs } from '../src/lib/live-source'

/** Stands in for the browser's own. */
class FakeEventSource extends EventTarget {
  static opened: FakeEventSource[] = []
  closed = false

  constructor(readonly url: string) {
    super()
    FakeEventSource.opened.push(this)
  }

  close(): void {
    this.closed = true
  }

  says(event: Partial<LiveEvent>): void {
    this.dispatchEvent(new MessageEvent('live', { data: JSON.stringify(event) }))
  }

  fails(): void {
    this.dispatchEvent(new Event('error'))
  }
}

const firstMs = 500
const longestMs = 15_000
let states: LiveState[]
let refused: boolean

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('EventSource', FakeEventSource)
  FakeEventSource.opened = []
  states = []
  refused = false
})

afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

test('a connection that is lost is tried again, and keeps the last event and the time since when', async () => {
  const source = open()
  latest().says({ revision: 7 })
  const lostAtMs = Date.now()
  latest().fails()
  await vi.advanceTimersByTimeAsync(firstMs)
  expect(FakeEventSource.opened).toHaveLength(2)
  expect(FakeEventSource.opened[0]!.closed).toBe(true)
  latest().fails()
  expect(states.at(-1)).toMatchObject({ phase: 'reconnecting', sinceMs: lostAtMs, event: { revision: 7 } })
  await vi.advanceTimersByTimeAsync(2 * firstMs)
  latest().says({ revision: 8 })
  expect(states.at(-1)).toMatchObject({ phase: 'live', event: { revision: 8 } })
  source.close()
})

test('a connection on which nothing comes is given up, whatever the browser thinks of it', async () => {
  const source = open()
  latest().says({})
  await vi.advanceTimersByTimeAsync(6_000)
  expect(states.at(-1)?.phase).toBe('reconnecting')
  expect(FakeEventSource.opened[0]!.closed).toBe(true)
  source.close()
})

test('a stream that is refused for good ends, and is not tried again', async () => {
  open()
  refused = true
  latest().fails()
  await vi.advanceTimersByTimeAsync(10 * longestMs)
  expect(states.at(-1)?.phase).toBe('ended')
  expect(FakeEventSource.opened).toHaveLength(1)
})

test('after it is closed nothing is tried or told any more', async () => {
  const source = open()
  latest().fails()
  source.close()
  const told = states.length
  await vi.advanceTimersByTimeAsync(10 * longestMs)
  expect(FakeEventSource.opened).toHaveLength(1)
  expect(states).toHaveLength(told)
})

test('pauses double from half a second to fifteen, and are spread over the half of each', () => {
  const longest = Array.from({ length: 7 }, (_, failures) => retryDelayMs(failures, 1))
  expect(longest).toEqual([500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000])
  expect(retryDelayMs(2, 0)).toBe(1_000)
})

function open(): LiveSource {
  return new LiveSource({
    url: '/live',
    isRefused: async () => refused,
    onState: (state) => states.push(state)
  })
}

function latest(): FakeEventSource {
  return FakeEventSource.opened.at(-1)!
}

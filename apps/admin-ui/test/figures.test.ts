import type { InstanceCounters, LiveEvent } from '@parley/contracts'
import { expect, test } from 'vitest'
import { curveOf, rateOf, type Sample, samplesMax, withSample } from '../src/features/instance-home/figures'

const none: InstanceCounters = {
  connections: 0,
  messagesIn: 0,
  messagesOut: 0,
  requests: 0,
  replies: 0,
  retries: 0,
  deadLetters: 0,
  drops: 0
}

test('a rate is what came in the last three seconds, per second, however the events are spaced', () => {
  const samples = heard([0, 0], [1_000, 30], [2_100, 30], [3_000, 60], [4_500, 90])
  expect(rateOf(samples, 'messagesIn')).toBeCloseTo(60 / 3.5)
})

test('a rate is not known before there are two events', () => {
  expect(rateOf(heard(), 'messagesIn')).toBeUndefined()
  expect(rateOf(heard([0, 7]), 'messagesIn')).toBeUndefined()
})

test('nodes that count from 0 again make no negative rate', () => {
  const samples = heard([0, 1_000], [1_000, 10])
  expect(rateOf(samples, 'messagesIn')).toBe(0)
  expect(curveOf(samples, 'messagesIn')).toEqual([0])
})

test('the curve of connections is how many there were, not how fast they came', () => {
  const samples = [event(0, { connections: 5 }), event(1_000, { connections: 3 })]
  expect(curveOf(samples, 'connections')).toEqual([5, 3])
})

test('an event is taken once, and not at all while the nodes are not heard', () => {
  const samples = heard([1_000, 1])
  expect(withSample(samples, event(1_000, {}))).toBe(samples)
  expect(withSample(samples, { ...event(2_000, {}), heard: false })).toBe(samples)
})

test('no more events are kept than are shown', () => {
  const points = Array.from({ length: samplesMax + 10 }, (_, second) => [second * 1_000, second] as const)
  const samples = heard(...points)
  expect(samples).toHaveLength(samplesMax)
  expect(samples.at(-1)!.counters.messagesIn).toBe(samplesMax + 9)
})

function event(at: number, counters: Partial<InstanceCounters>): LiveEvent {
  return {
    at,
    heard: true,
    status: 'running',
    revision: 1,
    counters: { ...none, ...counters },
    nodes: []
  }
}

/** Samples of events at these times with so many messages in. */
function heard(...points: (readonly [at: number, messagesIn: number])[]): readonly Sample[] {
  return points.reduce<readonly Sample[]>(
    (samples, [at, messagesIn]) => withSample(samples, event(at, { messagesIn })),
    []
  )
}

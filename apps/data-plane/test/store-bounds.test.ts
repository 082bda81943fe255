import { describe, expect, it } from 'vitest'
import { Counters } from '../src/ops/counters.js'
import {
  MemorySessionStore,
  persistentSessionsMax,
  retainedMessagesMax
} from '../src/store/memory-session-store.js'
import { TooManySessions } from '../src/store/session-store.js'
import { messageTo } from './support/session-store-tests.js'

const nothing = () => undefined

function open() {
  const counters = new Counters()
  const bounds = { queuedMessagesMax: 3, queuedBytesMax: 100 }
  return { counters, store: new MemorySessionStore(() => bounds, counters) }
}

describe('the bounds of an instance', () => {
  it('keep the number of retained messages, and let those that stand be replaced and removed', () => {
    const { store, counters } = open()
    for (let at = 0; at < retainedMessagesMax; at++) store.retain(messageTo(`a/${at}`), nothing)
    store.retain(messageTo('one/too/many'), nothing)
    expect(counters.drops.retained_full).toBe(1)
    expect([...store.retained('one/too/many')]).toEqual([])
    const newer = messageTo('a/7', 'newer')
    store.retain(newer, nothing)
    expect([...store.retained('a/7')]).toEqual([newer])
    store.retain(messageTo('a/8', ''), nothing)
    store.retain(messageTo('one/too/many'), nothing)
    expect([...store.retained('one/too/many')]).toHaveLength(1)
    expect(counters.drops.retained_full).toBe(1)
  })

  it('keep the number of sessions that last; those that end with their connection are let in', async () => {
    const { store } = open()
    for (let at = 0; at < persistentSessionsMax; at++) await store.open(`client-${at}`, false, 60)
    await expect(store.open('one-too-many', false, 60)).rejects.toThrow(TooManySessions)
    await store.open('one-too-many', true, 0)
    await store.open('client-7', false, 60)
  })
})

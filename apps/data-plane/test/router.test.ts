import { describe, expect, it } from 'vitest'
import type { BrokerPacket } from '../src/broker/aedes-core.js'
import { Router } from '../src/broker/router.js'
import { SubscriptionIndex } from '../src/broker/subscription-index.js'
import { Counters } from '../src/ops/counters.js'
import { MemorySessionStore } from '../src/store/memory-session-store.js'

/** What Aedes relies on of its emitter, with default options; its own wildcards and separators are not ours. */
function router(): Router {
  const bounds = { queuedMessagesMax: 10, queuedBytesMax: 1_000 }
  const counters = new Counters()
  return new Router(new SubscriptionIndex(), new MemorySessionStore(() => bounds, counters), counters)
}

function packet(topic: string): BrokerPacket {
  return { cmd: 'publish', topic, payload: Buffer.from('x'), qos: 0, retain: false, dup: false }
}

type Listener = (packet: BrokerPacket, done: () => void) => void

function collect(heard: string[], name = ''): Listener {
  return (message, done) => {
    heard.push(name + message.topic)
    done()
  }
}

const emit = (to: Router, topic: string): Promise<void> =>
  new Promise((resolve, reject) => to.emit(packet(topic), (error) => (error ? reject(error) : resolve())))

describe('the router as an emitter', () => {
  it.each([
    { filter: 'a/b', topics: ['a/b'], not: ['a', 'a/b/c', 'a/c'] },
    { filter: 'a/+', topics: ['a/b', 'a/'], not: ['a', 'a/b/c'] },
    { filter: 'a/#', topics: ['a', 'a/b', 'a/b/c'], not: ['b'] },
    { filter: '$SYS/+/heartbeat', topics: ['$SYS/x/heartbeat'], not: ['$SYS/x/birth', 'x/x/heartbeat'] },
    { filter: '#', topics: ['a', 'a/b'], not: ['$SYS/x'] }
  ])('calls a listener on $filter for its topics only', async ({ filter, topics, not }) => {
    const heard: string[] = []
    const emitter = router().on(filter, collect(heard))
    for (const topic of [...topics, ...not]) await emit(emitter, topic)
    expect(heard).toEqual(topics)
  })

  it('calls back without listeners, and only when every listener is done', async () => {
    const emitter = router()
    await emit(emitter, 'a')
    const open: (() => void)[] = []
    emitter.on('a', (_packet, done) => open.push(done))
    emitter.on('a', (_packet, done) => open.push(done))
    let called = false
    emitter.emit(packet('a'), () => {
      called = true
    })
    open[0]!()
    expect(called).toBe(false)
    open[1]!()
    expect(called).toBe(true)
  })

  it('removes the listener that is named, and no other', async () => {
    const heard: string[] = []
    const emitter = router()
    const gone = collect(heard, 'gone ')
    emitter.on('a', gone).on('a', collect(heard, 'stays '))
    await new Promise<void>((resolve) => emitter.removeListener('a', gone, resolve))
    emitter.removeListener('a', collect(heard))
    await emit(emitter, 'a')
    expect(heard).toEqual(['stays a'])
  })

  it('calls the same listener as often as it was added', async () => {
    const heard: string[] = []
    const listener = collect(heard)
    await emit(router().on('a', listener).on('a', listener), 'a')
    expect(heard).toEqual(['a', 'a'])
  })

  it('says when it listens, and when it is closed', async () => {
    const emitter = router()
    await new Promise<void>((resolve) => emitter.on('a', collect([]), resolve))
    await new Promise<void>((resolve) => emitter.close(resolve))
    await expect(emit(emitter, 'a')).rejects.toThrow('closed')
  })
})

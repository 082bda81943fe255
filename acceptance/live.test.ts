import type { CountersAnswer, Instance, InstanceCounters, LiveEvent } from '@parley/contracts'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { Cleanups } from './support/cleanups.js'
import { until, within } from './support/conditions.js'
import { Client } from './support/mqtt-client.js'
import { nodeAddress, System } from './support/system.js'

const leaseMs = 30_000
const whole = new Cleanups()
const cleanups = new Cleanups()
let system: System
let instance: Instance

beforeAll(async () => {
  system = await System.start(whole, 2)
  const actions = { responseTopic: 'replies/${clientId}' }
  instance = await system.instance({ name: 'live' }, [
    { name: 'replies', condition: { topic: 'cmd/#' }, actions }
  ])
})
afterEach(() => cleanups.run())
afterAll(() => whole.run())

async function connect(node: number, clientId: string): Promise<Client> {
  const { port } = new URL(instance.endpoints.mqtt)
  return Client.connect(`mqtt://${nodeAddress(node)}:${port}`, { version: 4, clientId }, cleanups)
}

async function counters(): Promise<InstanceCounters> {
  const { body } = await system.rest.send<CountersAnswer>('GET', `/counters?instanceId=${instance.id}`)
  return body.items[0]!.counters
}

/** Collects the events of the instance for as long as the test goes on. */
async function watch(): Promise<LiveEvent[]> {
  const abort = new AbortController()
  cleanups.add(async () => abort.abort())
  const events: LiveEvent[] = []
  const { body } = await system.rest.open(`/instances/${instance.id}/live`, abort.signal)
  const read = async (): Promise<void> => {
    let text = ''
    for await (const chunk of body!.pipeThrough(new TextDecoderStream())) {
      text += chunk
      const parts = text.split('\n\n')
      text = parts.pop()!
      for (const part of parts) events.push(JSON.parse(part.split('data: ')[1]!) as LiveEvent)
    }
  }
  read().catch((error: Error) => {
    if (error.name !== 'AbortError') throw error
  })
  return events
}

test('what clients do on two nodes is seen within two seconds, and a killed node leaves within its lease', {
  timeout: 90_000
}, async () => {
  const events = await watch()
  await until('the first event', () => events.length > 0)
  const responder = await connect(1, 'responder')
  await responder.subscribe('cmd/#', 1)
  const requester = await connect(1, 'requester')
  await requester.subscribe('replies/requester', 1)
  await connect(2, 'far')
  await requester.publish('cmd/door', 'open', 1)
  await requester.message('replies/requester')
  await within(2_500, 'the reply until the event that counts it', () =>
    until('an event', () => {
      const { counters: seen, nodes } = events.at(-1)!
      return seen.connections === 3 && seen.requests === 1 && seen.replies === 1 && nodes.length === 2
    })
  )
  const { nodes, heard, status, revision } = events.at(-1)!
  expect({ heard, status, revision }).toEqual({
    heard: true,
    status: 'running',
    revision: instance.revision
  })
  expect(nodes).toEqual([
    { node: 'node-1', revision: instance.revision, current: true, connections: 2 },
    { node: 'node-2', revision: instance.revision, current: true, connections: 1 }
  ])
  expect(await counters()).toMatchObject({ connections: 3, messagesIn: 1, messagesOut: 2 })

  await system.nodes[1]!.kill()
  await until('the killed node is gone', () => events.at(-1)!.nodes.length === 1, leaseMs + 5_000)
  expect(events.at(-1)!.counters).toMatchObject({ connections: 2, messagesIn: 1 })
  expect(await counters()).toMatchObject({ connections: 2 })

  // The other one restarts: a watcher's totals go on from where they were.
  await system.nodes[0]!.kill()
  await system.startNode(1)
  const again = await connect(1, 'again')
  await again.publish('cmd/door', 'open', 1)
  await until('the message after the restart', () => events.at(-1)!.counters.messagesIn === 2, 15_000)
  const totals = events.map(({ counters: { messagesIn } }) => messagesIn)
  expect(totals).toEqual(totals.toSorted((a, b) => a - b))
})

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { encode, reasonCodes } from '@parley/mqtt-wire'
import { eventually, freePortRange, MqttProbe } from '@parley/testkit'
import { expect, test } from 'vitest'
import { startInstance, TestDataPlane, type TestInstance } from './support/data-plane.js'
import { HeldAdmission } from './support/held-admission.js'

const crowd = 500
const connackBytes = 4

interface CrowdClient {
  socket: Socket
  received: Buffer
  closed: boolean
}

/** All connect in one turn, and say CONNECT at once. */
function connectCrowd({ port }: TestInstance, keepAliveS = 0, name = 'crowd'): CrowdClient[] {
  return Array.from({ length: crowd }, (_, number) => {
    const socket = connect({ port, host: '127.0.0.1' })
    const client: CrowdClient = { socket, received: Buffer.alloc(0), closed: false }
    socket.on('data', (chunk: Buffer) => {
      client.received = Buffer.concat([client.received, chunk])
    })
    socket.on('error', () => undefined)
    socket.once('close', () => {
      client.closed = true
    })
    socket.write(connectPacket(`${name}-${number}`, keepAliveS))
    return client
  })
}

function connectPacket(clientId: string, keepAliveS: number): Buffer {
  return encode(
    {
      type: 'connect',
      protocolLevel: 4,
      cleanStart: true,
      keepAliveS,
      clientId,
      username: undefined,
      password: undefined,
      will: undefined,
      properties: undefined
    },
    4
  )
}

test('a crowd that comes at once is let in, and is gone when its lines are cut at once', async () => {
  const instance = await startInstance()
  const clients = connectCrowd(instance)
  await eventually(() => expect(clients.every(({ received }) => received.length === connackBytes)).toBe(true))
  expect(instance.broker.connectedClients).toBe(crowd)
  for (const { socket } of clients) socket.destroy()
  await eventually(() => expect(instance.broker.connections.size).toBe(0))
  expect(instance.broker.connectedClients).toBe(0)
})

test('a crowd that falls silent at once is closed a few in a turn', async () => {
  const instance = await startInstance()
  const clients = connectCrowd(instance, 10)
  await eventually(() => expect(instance.broker.connectedClients).toBe(crowd))
  instance.sweepIn(16_000)
  // Found again by the next sweep, they have no second turn.
  instance.sweepIn(17_000)
  expect(instance.broker.connectedClients).toBeGreaterThan(crowd - 20)
  await eventually(() => expect(clients.every(({ closed }) => closed)).toBe(true))
  expect(instance.drops('keep_alive_timeout')).toBe(crowd)
  expect(instance.broker.connections.size).toBe(0)
})

test('a crowd whose instance is suspended is closed a few in a turn', async () => {
  const instance = await startInstance()
  const clients = connectCrowd(instance)
  await eventually(() => expect(instance.broker.connectedClients).toBe(crowd))
  await instance.change({ status: 'suspended' })
  expect(instance.broker.connectedClients).toBeGreaterThan(crowd - 200)
  await eventually(() => expect(clients.every(({ closed }) => closed)).toBe(true))
  expect(instance.drops('instance_closed')).toBe(crowd)
})

test('while a crowd comes, a client of another instance is let in before it', async () => {
  const plane = await TestDataPlane.start()
  const [crowded, other] = [await plane.instance(), await plane.instance()]
  const clients = connectCrowd(crowded)
  const letIn = () => clients.filter(({ received }) => received.length > 0).length
  await once(clients.at(-1)!.socket, 'connect')
  const client = await other.connect()
  expect(letIn()).toBeLessThan(crowd)
  await eventually(() => expect(letIn()).toBe(crowd))
  for (const { socket } of clients) socket.destroy()
  await client.disconnect()
})

test('a line of another instance that is lost behind those of a crowd is ended before them, and its will published', async () => {
  const plane = await TestDataPlane.start()
  const [crowded, other] = [await plane.instance(), await plane.instance()]
  const clients = connectCrowd(crowded)
  await eventually(() => expect(crowded.broker.connectedClients).toBe(crowd))
  const watcher = await other.connect()
  await watcher.subscribe('wills/#')
  const alone = await other.connect({ will: { topic: 'wills/alone' } })
  for (const { socket } of clients) socket.destroy()
  await alone.destroy()
  expect((await watcher.next('publish')).topic).toBe('wills/alone')
  expect(crowded.broker.connections.size).toBeGreaterThan(crowd / 2)
  await eventually(() => expect(crowded.broker.connections.size).toBe(0))
  await watcher.disconnect()
})

/** A crowd that waits to be begun. */
interface HeldCrowd {
  instance: TestInstance
  admission: HeldAdmission
  clients: CrowdClient[]
}

async function holdCrowd(): Promise<HeldCrowd> {
  const admission = new HeldAdmission()
  const instance = await (await TestDataPlane.start({ admission })).instance()
  return { instance, admission, clients: await connectWaiting(instance) }
}

/** All are accepted, one in a turn, and none is begun. */
async function connectWaiting(instance: TestInstance, name = 'crowd'): Promise<CrowdClient[]> {
  const clients = connectCrowd(instance, 0, name)
  await once(clients.at(-1)!.socket, 'connect')
  for (let turns = 0; turns < crowd * 2; turns++) await nextTurn()
  return clients
}

const closed = (client: CrowdClient): boolean => client.closed
const heardNothing = ({ received }: CrowdClient): boolean => received.length === 0
const wasLetIn = ({ received }: CrowdClient): boolean => received.length === connackBytes

test('a node that stops amid a crowd closes who is in, who waits, and whose lines are still being ended', async () => {
  const { instance, admission, clients: served } = await holdCrowd()
  admission.letIn()
  await eventually(() => expect(served.every(wasLetIn)).toBe(true))
  admission.hold()
  const waiting = await connectWaiting(instance, 'late')
  for (const { socket } of served.slice(0, crowd / 2)) socket.destroy()
  const { broker } = instance
  await instance.plane.directory.stop(reasonCodes.serverShuttingDown)
  expect(broker.connections.size).toBe(0)
  await eventually(() => expect([...served, ...waiting].every(closed)).toBe(true))
  expect(waiting.every(heardNothing)).toBe(true)
  // All who waited, and those of the others whose lines had not ended before.
  expect(instance.drops('instance_closed')).toBeGreaterThanOrEqual(crowd * 1.5)
})

test('nobody of a crowd is listened to whose instance was suspended while it waited', async () => {
  const { instance, admission, clients } = await holdCrowd()
  await instance.change({ status: 'suspended' })
  await eventually(() => expect(clients.every(closed)).toBe(true))
  expect(instance.drops('instance_closed')).toBe(crowd)
  admission.letIn()
  expect(instance.broker).toBeUndefined()
  expect(clients.every(heardNothing)).toBe(true)
})

test('nobody of a crowd is let in who was reset while it waited', async () => {
  const { instance, admission, clients } = await holdCrowd()
  const [reset, patient] = [clients.slice(0, crowd / 2), clients.slice(crowd / 2)]
  for (const { socket } of reset) socket.resetAndDestroy()
  await eventually(() => expect(reset.every(closed)).toBe(true))
  admission.letIn()
  await eventually(() => expect(patient.every(wasLetIn)).toBe(true))
  expect(instance.broker.connections.size).toBe(crowd / 2)
  expect(instance.counters.connects).toBe(crowd / 2)
  for (const { socket } of patient) socket.destroy()
})

test('nobody of a crowd is let in whose instance has another port by then', async () => {
  const { instance, admission, clients } = await holdCrowd()
  await instance.change({ mqttPort: await freePortRange(1) })
  admission.letIn()
  await eventually(() => expect(clients.every(closed)).toBe(true))
  expect(instance.drops('instance_closed')).toBe(crowd)
  expect(clients.every(heardNothing)).toBe(true)
  expect(instance.broker).toBeUndefined()
})

test('a client that closes its side gets what was written to it before, and is closed then', async () => {
  const instance = await startInstance()
  const socket = connect({ port: instance.port, host: '127.0.0.1', allowHalfOpen: true })
  const client = new MqttProbe(socket)
  await client.connect({ clientId: 'leaves' })
  await client.subscribe('large')
  socket.pause()
  // Until the network takes no more, and the rest waits on this side.
  const publisher = await instance.connect()
  const payload = 'x'.repeat(900_000)
  while (instance.drops('slow_reader') === 0) {
    await publisher.publish('large', payload, { qos: 1 })
  }
  const written = instance.counters.messagesOut
  socket.end()
  await once(socket, 'finish')
  // What comes after its close is answered after it was seen.
  for (let i = 0; i < 2; i++) await publisher.ping()
  socket.resume()
  for (let i = 0; i < written; i++)
    expect((await client.next('publish')).payload).toHaveLength(payload.length)
  await client.closed
  await publisher.disconnect()
})

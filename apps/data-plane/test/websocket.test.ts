import { once } from 'node:events'
import { connect } from 'node:net'
import type { Problem } from '@parley/contracts'
import { encode, type Packet } from '@parley/mqtt-wire'
import { eventually } from '@parley/testkit'
import { describe, expect, it } from 'vitest'
import type { WebSocket } from 'ws'
import type { Arrival } from '../src/listeners/admission.js'
import { startInstance, TestDataPlane } from './support/data-plane.js'
import { HeldAdmission } from './support/held-admission.js'
import { replyIn, request, requester } from './support/request-reply.js'
import { newInstanceId } from './support/snapshot.js'
import { levels } from './support/versions.js'
import { askEdge, connectOverWebSocket, openWebSocket, upgradeHeaders } from './support/web-socket.js'

const connectPacket: Packet = {
  type: 'connect',
  protocolLevel: 4,
  cleanStart: true,
  keepAliveS: 0,
  clientId: 'over-websocket',
  username: undefined,
  password: undefined,
  will: undefined,
  properties: undefined
}
const connackHex = '20020000'
const pingrespHex = 'd000'

/** Collects what comes, as hex. */
function received(webSocket: WebSocket): () => string {
  let hex = ''
  webSocket.on('message', (data: Buffer) => {
    hex += data.toString('hex')
  })
  return () => hex
}

/** A connection that only waits. */
function nobodyOf(instanceId: string): Arrival {
  return { instanceId, begin: () => undefined, dismiss: () => undefined }
}

describe('MQTT over WebSocket', () => {
  it.each(levels)('lets clients of level %i exchange messages with those over TCP', async (level) => {
    const instance = await startInstance()
    const near = await instance.connect({ level })
    const far = await connectOverWebSocket(instance, { level })
    await near.subscribe('a', 2)
    await far.subscribe('b', 2)
    await far.publish('a', 'to TCP', { qos: 2 })
    expect((await near.receive()).payload.toString()).toBe('to TCP')
    await near.publish('b', 'to WebSocket', { qos: 2 })
    expect((await far.receive()).payload.toString()).toBe('to WebSocket')
    await far.disconnect()
  })

  it('answers a responder as over TCP, with its address', async () => {
    const instance = await startInstance()
    const asking = await requester(instance)
    const answering = await connectOverWebSocket(instance, { clientId: 'responder' })
    await answering.subscribe('cmd/#', 1)
    await request(asking)
    await answering.receive()
    expect(replyIn(await asking.receive())).toMatchObject({
      subscriberClientId: 'responder',
      subscriberClientHost: expect.stringMatching(/^127\.0\.0\.1:\d+$/)
    })
  })

  it('reads a packet that comes in several frames', async () => {
    const instance = await startInstance()
    const webSocket = await openWebSocket(instance)
    const hex = received(webSocket)
    for (const byte of encode(connectPacket, 4)) webSocket.send(Buffer.from([byte]))
    await eventually(() => expect(hex()).toBe(connackHex))
  })

  it('reads several packets that come in one frame', async () => {
    const instance = await startInstance()
    const webSocket = await openWebSocket(instance)
    const hex = received(webSocket)
    const ping = encode({ type: 'pingreq' }, 4)
    webSocket.send(Buffer.concat([encode(connectPacket, 4), ping, ping]))
    await eventually(() => expect(hex()).toBe(connackHex + pingrespHex + pingrespHex))
  })

  it('waits for the rest of a packet, and gives up with the connect timeout', async () => {
    const instance = await startInstance()
    const webSocket = await openWebSocket(instance)
    const closed = new Promise((resolve) => webSocket.once('close', resolve))
    webSocket.send(encode(connectPacket, 4).subarray(0, 3))
    await eventually(() => expect(instance.broker.connections.size).toBe(1))
    instance.sweepIn(11_000)
    await closed
    expect(instance.drops('connect_timeout')).toBe(1)
  })

  it('accepts the subprotocol that 3.1 clients name', async () => {
    const instance = await startInstance()
    expect((await openWebSocket(instance, 'mqttv3.1')).protocol).toBe('mqttv3.1')
  })

  it('delivers a message of several megabytes', async () => {
    const instance = await startInstance({ limits: { packetBytesMax: 10_000_000 } })
    const far = await connectOverWebSocket(instance)
    await far.subscribe('a', 1)
    const payload = Buffer.alloc(5_000_000, 'x')
    await far.publish('a', payload, { qos: 1 })
    expect((await far.receive()).payload.equals(payload)).toBe(true)
  })

  it('publishes the will of a client whose line is cut', async () => {
    const instance = await startInstance()
    const watcher = await instance.connect()
    await watcher.subscribe('wills/#')
    const far = await connectOverWebSocket(instance, { will: { topic: 'wills/far' } })
    await far.destroy()
    expect((await watcher.next('publish')).topic).toBe('wills/far')
  })
})

describe('the edge port', () => {
  it('answers a path that it does not know with a problem', async () => {
    const instance = await startInstance()
    const { edgePort } = instance.plane
    for (const path of ['/', '/mqtt', `/${instance.id}/mqtt`, '/%00', `/${instance.id}/mqtt/more`]) {
      const answer = await askEdge(edgePort, path)
      expect(answer).toMatchObject({ status: 404, contentType: 'application/problem+json' })
      expect(JSON.parse(answer.body) as Problem).toMatchObject({ status: 404, code: 'not_found' })
    }
  })

  it('says that it is well', async () => {
    const { plane } = await startInstance()
    expect(await askEdge(plane.edgePort, '/health')).toMatchObject({ status: 200, body: '{"status":"ok"}' })
  })

  it.each([
    { what: 'another path', path: (id: string) => `/${id}/mqtt2` },
    { what: 'no path', path: () => '/' },
    { what: 'an instance that does not exist', path: () => `/${newInstanceId()}/mqtt` },
    { what: 'a name that is no instance id', path: () => '/__proto__/mqtt' }
  ])('refuses a WebSocket to $what with a 404 problem', async ({ path }) => {
    const instance = await startInstance()
    const answer = await askEdge(instance.plane.edgePort, path(instance.id), upgradeHeaders)
    expect(answer).toMatchObject({ status: 404, contentType: 'application/problem+json' })
    expect(JSON.parse(answer.body) as Problem).toMatchObject({ code: 'not_found' })
  })

  it('refuses a WebSocket to a suspended instance', async () => {
    const instance = await startInstance()
    await instance.change({ status: 'suspended' })
    const answer = await askEdge(instance.plane.edgePort, `/${instance.id}/mqtt`, upgradeHeaders)
    expect(answer.status).toBe(404)
  })

  it.each(['', 'chat'])('refuses a WebSocket with the subprotocol "%s"', async (subprotocol) => {
    const instance = await startInstance()
    const { 'sec-websocket-protocol': _, ...headers } = upgradeHeaders
    const offered: Record<string, string> = subprotocol ? { 'sec-websocket-protocol': subprotocol } : {}
    const path = `/${instance.id}/mqtt`
    const answer = await askEdge(instance.plane.edgePort, path, { ...headers, ...offered })
    expect(answer).toMatchObject({ status: 422, contentType: 'application/problem+json' })
  })

  it('closes what it refuses, though its client keeps its side open and says more', async () => {
    const instance = await startInstance()
    const socket = connect({ port: instance.plane.edgePort, host: '127.0.0.1', allowHalfOpen: true })
    const headers = Object.entries(upgradeHeaders).map(([name, value]) => `${name}: ${value}\r\n`)
    socket.on('error', () => undefined)
    socket.resume()
    socket.write(`GET /${newInstanceId()}/mqtt HTTP/1.1\r\nhost: a\r\n${headers.join('')}\r\n`)
    await once(socket, 'end')
    const talking = setInterval(() => socket.write('still here'), 10)
    await new Promise((resolve) => socket.once('close', resolve))
    clearInterval(talking)
  })

  it('refuses with 503 while too many clients of its instance connect, and lets those of another in', async () => {
    const instance = await startInstance()
    const { plane } = instance
    const other = await plane.instance()
    for (let i = 0; i < 10_000; i++) plane.admission.admit(nobodyOf(instance.id), 10_000)
    const answer = await askEdge(plane.edgePort, `/${instance.id}/mqtt`, upgradeHeaders)
    expect(answer).toMatchObject({ status: 503, contentType: 'application/problem+json' })
    expect(instance.drops('connection_refused')).toBe(1)
    await (await connectOverWebSocket(other)).disconnect()
    plane.admission.dismiss(instance.id)
  })

  it('refuses with 404 whose instance was suspended while it waited', async () => {
    const plane = await TestDataPlane.start({ admission: new HeldAdmission() })
    const instance = await plane.instance()
    const answer = askEdge(plane.edgePort, `/${instance.id}/mqtt`, upgradeHeaders)
    // What comes later is answered when it waits.
    for (let i = 0; i < 2; i++) await askEdge(plane.edgePort, '/health')
    await instance.change({ status: 'suspended' })
    expect((await answer).status).toBe(404)
    expect(instance.drops('instance_closed')).toBe(1)
  })

  it('refuses an upgrade without a key, and one of another version', async () => {
    const instance = await startInstance()
    const path = `/${instance.id}/mqtt`
    const { 'sec-websocket-key': _, ...keyless } = upgradeHeaders
    const { edgePort } = instance.plane
    expect((await askEdge(edgePort, path, keyless)).status).toBe(400)
    const old = { ...upgradeHeaders, 'sec-websocket-version': '1' }
    expect((await askEdge(edgePort, path, old)).status).toBe(400)
  })

  it('closes a WebSocket that sends text, and serves the others', async () => {
    const instance = await startInstance()
    const neighbour = await connectOverWebSocket(instance)
    const webSocket = await openWebSocket(instance)
    const closed = new Promise<number>((resolve) => webSocket.once('close', resolve))
    webSocket.send('CONNECT please')
    expect(await closed).toBe(1003)
    await neighbour.ping()
  })

  it('survives a broken frame and bytes that are no HTTP', async () => {
    const instance = await startInstance()
    const neighbour = await connectOverWebSocket(instance)
    const webSocket = await openWebSocket(instance)
    const closed = new Promise((resolve) => webSocket.once('close', resolve))
    webSocket.on('error', () => webSocket.terminate())
    // Reserved bits, an unknown opcode, and no mask.
    rawSocketOf(webSocket).write(Buffer.from('ff7fffffffffffffffff', 'hex'))
    await closed
    const socket = connect({ port: instance.plane.edgePort, host: '127.0.0.1' })
    const refused = new Promise<string>((resolve) => socket.once('data', (data) => resolve(data.toString())))
    socket.write(encode(connectPacket, 4))
    expect(await refused).toMatch(/^HTTP\/1.1 400/)
    socket.destroy()
    await neighbour.ping()
  })
})

/** The socket below a WebSocket: the only way to send what no WebSocket client would. */
function rawSocketOf(webSocket: WebSocket): NodeJS.WritableStream {
  return (webSocket as unknown as { _socket: NodeJS.WritableStream })._socket
}

describe('a frame that is larger than any packet of its instance', () => {
  it('closes the WebSocket before anybody holds it in memory', async () => {
    const instance = await startInstance({ limits: { packetBytesMax: 1_024 } })
    const webSocket = await openWebSocket(instance)
    let code = 0
    webSocket.on('close', (given: number) => {
      code = given
    })
    webSocket.send(Buffer.alloc(1_024 + 65_536 + 1))
    const tooBig = 1009
    await eventually(() => expect(code).toBe(tooBig))
  })
})

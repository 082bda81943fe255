import { eventually } from '@parley/testkit'
import { expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { startInstance, type TestInstance } from '../../support/data-plane.js'
import { levels } from '../../support/versions.js'
import {
  askEdge,
  connectOverWebSocket,
  openWebSocket,
  upgradeHeaders,
  webSocketUrl
} from '../../support/web-socket.js'
import { statement } from '../support/statement.js'
import { connect } from '../support/wire.js'

const unsupportedData = 1003
const connackHex = '20020000'
const pingrespHex = 'd000'
const pingreq = Buffer.from('c000', 'hex')

function connectBytes(): Buffer {
  return Buffer.from(connect({ level: 4 }), 'hex')
}

/** What comes, as hex, and whether all of it was binary. */
function received(webSocket: WebSocket): { hex: string; binary: boolean } {
  const all = { hex: '', binary: true }
  webSocket.on('message', (data: Buffer, isBinary: boolean) => {
    all.hex += data.toString('hex')
    all.binary &&= isBinary
  })
  return all
}

function closed(webSocket: WebSocket): Promise<number> {
  return new Promise((resolve) => webSocket.once('close', resolve))
}

/** The subprotocol that the server chooses of these. */
async function chosenOf(instance: TestInstance, offered: string[]): Promise<string> {
  const webSocket = new WebSocket(webSocketUrl(instance), offered)
  await new Promise<void>((resolve, reject) => {
    webSocket.once('open', resolve)
    webSocket.once('error', reject)
  })
  const { protocol } = webSocket
  webSocket.close()
  await closed(webSocket)
  return protocol
}

statement(
  'MQTT-6.0.0-1',
  'Packets travel in binary frames; any other data frame ends the connection.',
  () => {
    it('a text frame instead of CONNECT', async () => {
      const instance = await startInstance()
      const webSocket = await openWebSocket(instance)
      webSocket.send(connectBytes().toString('latin1'))
      expect(await closed(webSocket)).toBe(unsupportedData)
    })

    it('a text frame later on, though its bytes are a packet, and nobody else notices', async () => {
      const instance = await startInstance()
      const neighbour = await connectOverWebSocket(instance)
      const webSocket = await openWebSocket(instance)
      const all = received(webSocket)
      webSocket.send(connectBytes())
      await eventually(() => expect(all.hex).toBe(connackHex))
      webSocket.send('0\u0003\0\u0001ax')
      expect(await closed(webSocket)).toBe(unsupportedData)
      expect(all.hex).toBe(connackHex)
      await neighbour.expectNothing()
      await neighbour.disconnect()
    })

    it.each(levels)('the server sends nothing else to level %i', async (level) => {
      const instance = await startInstance()
      const webSocket = await openWebSocket(instance)
      const all = received(webSocket)
      webSocket.send(Buffer.from(connect({ level }), 'hex'))
      webSocket.send(pingreq)
      await eventually(() => expect(all.hex).toMatch(/^20.*d000$/))
      expect(all.binary).toBe(true)
      webSocket.close()
      await closed(webSocket)
    })
  }
)

statement('MQTT-6.0.0-2', 'A frame may hold a part of a packet or several: they need not align.', () => {
  it('one byte to a frame', async () => {
    const instance = await startInstance()
    const webSocket = await openWebSocket(instance)
    const all = received(webSocket)
    for (const byte of Buffer.concat([connectBytes(), pingreq])) webSocket.send(Buffer.from([byte]))
    await eventually(() => expect(all.hex).toBe(connackHex + pingrespHex))
    webSocket.close()
    await closed(webSocket)
  })

  it('several packets in a frame, the last one cut', async () => {
    const instance = await startInstance()
    const webSocket = await openWebSocket(instance)
    const all = received(webSocket)
    const bytes = Buffer.concat([connectBytes(), pingreq, pingreq])
    webSocket.send(bytes.subarray(0, -1))
    await eventually(() => expect(all.hex).toBe(connackHex + pingrespHex))
    webSocket.send(Buffer.concat([bytes.subarray(-1), pingreq]))
    await eventually(() => expect(all.hex).toBe(connackHex + pingrespHex.repeat(3)))
    webSocket.close()
    await closed(webSocket)
  })

  it('an empty frame is nothing', async () => {
    const instance = await startInstance()
    const webSocket = await openWebSocket(instance)
    const all = received(webSocket)
    for (const bytes of [Buffer.alloc(0), connectBytes(), Buffer.alloc(0), pingreq]) webSocket.send(bytes)
    await eventually(() => expect(all.hex).toBe(connackHex + pingrespHex))
    webSocket.close()
    await closed(webSocket)
  })
})

statement('MQTT-6.0.0-3', 'The client offers the subprotocol mqtt.', () => {
  it.each(['', 'chat', 'MQTT', 'mqtt2'])('who offers "%s" instead is refused', async (subprotocol) => {
    const instance = await startInstance()
    const { 'sec-websocket-protocol': _, ...headers } = upgradeHeaders
    const offered: Record<string, string> = subprotocol ? { 'sec-websocket-protocol': subprotocol } : {}
    const path = `/${instance.id}/mqtt`
    const answer = await askEdge(instance.plane.edgePort, path, { ...headers, ...offered })
    expect(answer.status).toBe(422)
  })
})

statement('MQTT-6.0.0-4', 'The subprotocol that the server chooses is mqtt.', () => {
  it.each([[['mqtt']], [['chat', 'mqtt']], [['mqttv3.1', 'mqtt', 'chat']]])('of %s', async (offered) => {
    expect(await chosenOf(await startInstance(), offered)).toBe('mqtt')
  })
})

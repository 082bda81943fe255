import { request } from 'node:http'
import { cleanUp, MqttProbe, type ProbeConnect, type ProbeOptions } from '@parley/testkit'
import { createWebSocketStream, WebSocket } from 'ws'
import type { TestInstance } from './data-plane.js'

export function webSocketUrl(instance: TestInstance): string {
  return `ws://127.0.0.1:${instance.plane.edgePort}/${instance.id}/mqtt`
}

/** An open WebSocket to the instance, closed with the test. */
export async function openWebSocket(instance: TestInstance, subprotocol = 'mqtt'): Promise<WebSocket> {
  const webSocket = new WebSocket(webSocketUrl(instance), subprotocol)
  cleanUp(() => webSocket.terminate())
  await new Promise<void>((resolve, reject) => {
    webSocket.once('open', resolve)
    webSocket.once('error', reject)
  })
  return webSocket
}

/** An MQTT client over WebSocket that was let in. */
export async function connectOverWebSocket(
  instance: TestInstance,
  options: ProbeConnect & ProbeOptions = {}
): Promise<MqttProbe> {
  const probe = new MqttProbe(createWebSocketStream(await openWebSocket(instance)), options)
  await probe.connect(options)
  return probe
}

export interface HttpAnswer {
  status: number
  contentType: string | undefined
  body: string
}

/** One HTTP request to the edge port; with `upgrade` it asks for a WebSocket. */
export function askEdge(
  port: number,
  path: string,
  headers: Record<string, string> = {}
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const asking = request({ port, host: '127.0.0.1', path, headers, agent: false }, (response) => {
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        body += chunk
      })
      response.once('end', () =>
        resolve({ status: response.statusCode!, contentType: response.headers['content-type'], body })
      )
    })
    asking.once('upgrade', (_response, socket) => {
      socket.destroy()
      reject(new Error('the upgrade was granted'))
    })
    asking.once('error', reject)
    asking.end()
  })
}

/** The headers of a WebSocket upgrade. */
export const upgradeHeaders = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  'sec-websocket-protocol': 'mqtt'
}

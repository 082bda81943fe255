import type { Qos } from '@parley/mqtt-wire'
import { cleanUp } from '@parley/testkit'
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt'
import type { TestInstance } from '../support/data-plane.js'
import { webSocketUrl } from '../support/web-socket.js'
import { type Exchanged, newClientId, type Side } from './side.js'

const versions: Record<string, IClientOptions> = {
  '3.1': { protocolVersion: 3, protocolId: 'MQIsdp' },
  '3.1.1': { protocolVersion: 4 },
  '5.0': { protocolVersion: 5 }
}

const transports = {
  TCP: (instance: TestInstance) => `mqtt://127.0.0.1:${instance.port}`,
  WebSocket: webSocketUrl
}

export const mqttJsSides: readonly Side[] = Object.entries(transports).flatMap(([transport, url]) =>
  Object.entries(versions).map(([version, options]) =>
    mqttJsSide(`MQTT.js ${version} over ${transport}`, url, options)
  )
)

function mqttJsSide(name: string, url: (instance: TestInstance) => string, options: IClientOptions): Side {
  async function connect(instance: TestInstance): Promise<MqttClient> {
    const clientId = newClientId(name)
    const client = await mqtt.connectAsync(url(instance), { reconnectPeriod: 0, ...options, clientId })
    cleanUp(() => client.endAsync(true))
    return client
  }
  return {
    name,
    installed: true,
    async receive(instance, topicFilter, qos) {
      const client = await connect(instance)
      const received: Exchanged[] = []
      client.on('message', (topic, payload, packet) =>
        received.push({ topic, payload: payload.toString(), qos: packet.qos as Qos })
      )
      await client.subscribeAsync(topicFilter, { qos })
      return () => received
    },
    async publish(instance, messages) {
      const client = await connect(instance)
      for (const { topic, payload, qos } of messages) await client.publishAsync(topic, payload, { qos })
      await client.endAsync()
    }
  }
}

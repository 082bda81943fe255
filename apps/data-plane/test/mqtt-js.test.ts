import { cleanUp } from '@parley/testkit'
import mqtt, { type IClientOptions, type IPublishPacket, type MqttClient } from 'mqtt'
import { describe, expect, it } from 'vitest'
import { startInstance, type TestInstance } from './support/data-plane.js'
import { replyIn, requestTopic, responseTopic } from './support/request-reply.js'
import { allQos } from './support/versions.js'
import { webSocketUrl } from './support/web-socket.js'

const tcpUrl = (instance: TestInstance): string => `mqtt://127.0.0.1:${instance.port}`
const clients: { name: string; url: (instance: TestInstance) => string; options: IClientOptions }[] = [
  { name: '3.1', url: tcpUrl, options: { protocolVersion: 3, protocolId: 'MQIsdp' } },
  { name: '3.1.1', url: tcpUrl, options: { protocolVersion: 4 } },
  { name: '5.0', url: tcpUrl, options: { protocolVersion: 5 } },
  { name: '3.1.1 over WebSocket', url: webSocketUrl, options: { protocolVersion: 4 } },
  { name: '5.0 over WebSocket', url: webSocketUrl, options: { protocolVersion: 5 } }
]

async function connect(url: string, options: IClientOptions): Promise<MqttClient> {
  const client = await mqtt.connectAsync(url, { reconnectPeriod: 0, ...options })
  cleanUp(() => client.endAsync(true))
  return client
}

function nextMessage(client: MqttClient): Promise<IPublishPacket> {
  return new Promise((resolve) => client.once('message', (_topic, _payload, packet) => resolve(packet)))
}

describe.each(clients)('MQTT.js, $name', ({ url, options }) => {
  it.each(allQos)('exchanges messages at QoS %i', async (qos) => {
    const instance = await startInstance()
    const subscriber = await connect(url(instance), { ...options, clientId: 'subscriber' })
    const publisher = await connect(url(instance), { ...options, clientId: 'publisher' })
    const [grant] = await subscriber.subscribeAsync('a/+', { qos })
    expect(grant).toMatchObject({ topic: 'a/+', qos })
    const message = nextMessage(subscriber)
    await publisher.publishAsync('a/b', 'hello', { qos })
    expect(await message).toMatchObject({ topic: 'a/b', qos, retain: false, payload: Buffer.from('hello') })
    await subscriber.unsubscribeAsync('a/+')
    await publisher.endAsync()
    await subscriber.endAsync()
  })

  it('gets a retained message, and a will', async () => {
    const instance = await startInstance()
    const will = { topic: 'a/will', payload: Buffer.from('gone'), qos: 1 as const, retain: false }
    const dying = await connect(url(instance), { ...options, clientId: 'dying', will })
    await dying.publishAsync('a/kept', 'kept', { qos: 1, retain: true })
    const subscriber = await connect(url(instance), { ...options, clientId: 'subscriber' })
    const retained = nextMessage(subscriber)
    await subscriber.subscribeAsync('a/#', { qos: 1 })
    expect(await retained).toMatchObject({ topic: 'a/kept', retain: true })
    const last = nextMessage(subscriber)
    dying.stream.destroy()
    expect(await last).toMatchObject({ topic: 'a/will', payload: Buffer.from('gone') })
  })
})

describe('MQTT.js', () => {
  it.each(clients.filter(({ options }) => options.protocolVersion !== 5))(
    'as a responder of $name answers a v5 requester just by acknowledging',
    async ({ url, options }) => {
      const instance = await startInstance()
      const asking = await connect(tcpUrl(instance), { protocolVersion: 5, clientId: 'requester' })
      await asking.subscribeAsync(responseTopic, { qos: 1 })
      const answering = await connect(url(instance), { ...options, clientId: 'responder' })
      await answering.subscribeAsync('cmd/#', { qos: 1 })
      const message = nextMessage(asking)
      const properties = { responseTopic, correlationData: Buffer.from('7') }
      await asking.publishAsync(requestTopic, 'open', { qos: 1, properties })
      const reply = await message
      expect(reply.properties).toMatchObject({
        correlationData: Buffer.from('7'),
        contentType: 'application/json'
      })
      expect(replyIn({ payload: Buffer.from(reply.payload) })).toMatchObject({
        publisherClientId: 'requester',
        subscriberClientId: 'responder',
        pubProps: { correlationData: '7' }
      })
    }
  )

  it('may publish hundreds of QoS 2 messages at once', async () => {
    const instance = await startInstance()
    const publisher = await connect(tcpUrl(instance), { protocolVersion: 4, clientId: 'publisher' })
    const count = 600
    const subscriber = await instance.connect({ autoAck: true })
    await subscriber.subscribe('a', 2)
    const published = Array.from({ length: count }, (_, number) =>
      publisher.publishAsync('a', String(number), { qos: 2 })
    )
    for (let number = 0; number < count; number++) {
      expect((await subscriber.receive()).payload.toString()).toBe(String(number))
    }
    await Promise.all(published)
  })
})

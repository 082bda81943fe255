import type { Reply } from '@parley/contracts'
import type { ProtocolLevel, PublishPacket, PublishProperties, Qos } from '@parley/mqtt-wire'
import type { MqttProbe } from '@parley/testkit'
import type { TestInstance } from './data-plane.js'

/** The ten fields of a reply, in their order. */
export const replyFields = [
  'id',
  'instanceId',
  'publisherClientId',
  'subscriberClientId',
  'subscriberUsername',
  'subscriberClientHost',
  'topic',
  'qos',
  'pubProps',
  'messageReceivedAt'
] as const

export const requestTopic = 'cmd/door'
export const responseTopic = 'replies/me'

/** A v5 requester that waits on its Response Topic. */
export async function requester(instance: TestInstance, qos: Qos = 1): Promise<MqttProbe> {
  const client = await instance.connect({ level: 5, clientId: 'requester' })
  await client.subscribe(responseTopic, qos)
  return client
}

/** A client that is subscribed to requests; the test acknowledges for it. */
export async function responder(
  instance: TestInstance,
  { level = 4, qos = 1, clientId = 'responder' }: { level?: ProtocolLevel; qos?: Qos; clientId?: string } = {}
): Promise<MqttProbe> {
  const client = await instance.connect({ level, clientId })
  await client.subscribe('cmd/#', qos)
  return client
}

export interface RequestOptions {
  qos?: Qos
  payload?: string
  properties?: PublishProperties
  retain?: boolean
  topic?: string
}

/** Publishes a request with a Response Topic. */
export async function request(client: MqttProbe, options: RequestOptions = {}): Promise<void> {
  const { qos = 1, payload = 'open', properties, retain = false, topic = requestTopic } = options
  await client.publish(topic, payload, { qos, retain, properties: { responseTopic, ...properties } })
}

/** The reply in a message. */
export function replyIn({ payload }: Pick<PublishPacket, 'payload'>): Reply {
  return JSON.parse(payload.toString()) as Reply
}

import { hostAndPort } from '../../../lib/endpoint'

export const roles = ['responder', 'requesterV5', 'requesterV311'] as const

/** What the client is: an old device that acknowledges, a requester that says where the reply goes, one that a rule helps. */
export type Role = (typeof roles)[number]

export const tools = ['mosquitto', 'mosquittoRr', 'mqttJs', 'python', 'espIdf'] as const
export type Tool = (typeof tools)[number]

/** Where a client connects to. */
export interface Target {
  instanceId: string
  host: string
  port: number
  /** `mqtt://host:port` */
  url: string
  anonymous: boolean
}

/** Who plays which part: the same in every language, so that a responder of one and a requester of another meet. */
export const cast = {
  command: 'cmd/door',
  commands: 'cmd/#',
  request: '{"requestId":"r-1"}',
  correlationData: 'r-1',
  username: 'USERNAME',
  password: 'PASSWORD',
  clientId: { responder: 'door-1', requesterV5: 'panel-1', requesterV311: 'old-panel-1' }
} as const

/** Where the reply to a requester goes; the rule for old ones says the same. */
export function repliesOf(role: Role): string {
  return `replies/${cast.clientId[role]}`
}

/** The target behind `mqtt://host:port`. */
export function targetOf(instance: {
  id: string
  endpoints: { mqtt: string }
  authentication: { anonymous: boolean }
}): Target {
  const { mqtt } = instance.endpoints
  return {
    instanceId: instance.id,
    ...hostAndPort(mqtt),
    url: mqtt,
    anonymous: instance.authentication.anonymous
  }
}

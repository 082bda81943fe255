export type Qos = 0 | 1 | 2

/** The level byte of CONNECT: 3 is MQTT 3.1, 4 is 3.1.1, 5 is 5.0. */
export type ProtocolLevel = 3 | 4 | 5

export interface UserProperty {
  key: string
  value: string
}

export interface ReasonProperties {
  reasonString?: string
  userProperties?: UserProperty[]
}

export interface PublishProperties {
  payloadFormatIndicator?: 0 | 1
  /** seconds */
  messageExpiryInterval?: number
  topicAlias?: number
  responseTopic?: string
  correlationData?: Buffer
  userProperties?: UserProperty[]
  subscriptionIdentifiers?: number[]
  contentType?: string
}

export interface WillProperties extends Omit<PublishProperties, 'topicAlias' | 'subscriptionIdentifiers'> {
  /** seconds */
  willDelayInterval?: number
}

export interface ConnectProperties {
  /** seconds; 0xFFFFFFFF is never */
  sessionExpiryInterval?: number
  receiveMaximum?: number
  maximumPacketSize?: number
  topicAliasMaximum?: number
  requestResponseInformation?: 0 | 1
  requestProblemInformation?: 0 | 1
  userProperties?: UserProperty[]
  authenticationMethod?: string
  authenticationData?: Buffer
}

export interface ConnackProperties {
  /** seconds; 0xFFFFFFFF is never */
  sessionExpiryInterval?: number
  receiveMaximum?: number
  maximumQos?: 0 | 1
  retainAvailable?: 0 | 1
  maximumPacketSize?: number
  assignedClientIdentifier?: string
  topicAliasMaximum?: number
  reasonString?: string
  userProperties?: UserProperty[]
  wildcardSubscriptionAvailable?: 0 | 1
  subscriptionIdentifiersAvailable?: 0 | 1
  sharedSubscriptionAvailable?: 0 | 1
  /** seconds */
  serverKeepAlive?: number
  responseInformation?: string
  serverReference?: string
  authenticationMethod?: string
  authenticationData?: Buffer
}

export interface DisconnectProperties extends ReasonProperties {
  /** seconds; 0xFFFFFFFF is never */
  sessionExpiryInterval?: number
  serverReference?: string
}

export interface AuthProperties extends ReasonProperties {
  authenticationMethod?: string
  authenticationData?: Buffer
}

export interface WillPacket {
  topic: string
  payload: Buffer
  qos: Qos
  retain: boolean
  properties: WillProperties | undefined
}

export interface ConnectPacket {
  type: 'connect'
  protocolLevel: ProtocolLevel
  cleanStart: boolean
  keepAliveS: number
  clientId: string
  username: string | undefined
  password: Buffer | undefined
  will: WillPacket | undefined
  properties: ConnectProperties | undefined
}

export interface ConnackPacket {
  type: 'connack'
  sessionPresent: boolean
  reasonCode: number
  properties?: ConnackProperties
}

export interface PublishPacket {
  type: 'publish'
  topic: string
  payload: Buffer
  qos: Qos
  retain: boolean
  dup: boolean
  /** 0 when QoS is 0 */
  packetId: number
  properties: PublishProperties | undefined
}

export type AckType = 'puback' | 'pubrec' | 'pubrel' | 'pubcomp'

export interface AckPacket {
  type: AckType
  packetId: number
  reasonCode: number
  properties?: ReasonProperties
}

export interface Subscription {
  topicFilter: string
  qos: Qos
  noLocal: boolean
  retainAsPublished: boolean
  retainHandling: 0 | 1 | 2
}

export interface SubscribePacket {
  type: 'subscribe'
  packetId: number
  subscriptions: Subscription[]
  subscriptionIdentifier: number | undefined
  userProperties?: UserProperty[]
}

export interface SubackPacket {
  type: 'suback'
  packetId: number
  reasonCodes: number[]
  properties?: ReasonProperties
}

export interface UnsubscribePacket {
  type: 'unsubscribe'
  packetId: number
  topicFilters: string[]
  userProperties?: UserProperty[]
}

export interface UnsubackPacket {
  type: 'unsuback'
  packetId: number
  /** on the wire in 5.0 only; decoded from 3.1 and 3.1.1 as an empty list */
  reasonCodes: number[]
  properties?: ReasonProperties
}

export interface PingreqPacket {
  type: 'pingreq'
}

export interface PingrespPacket {
  type: 'pingresp'
}

export interface DisconnectPacket {
  type: 'disconnect'
  reasonCode: number
  properties?: DisconnectProperties
}

export interface AuthPacket {
  type: 'auth'
  reasonCode: number
  properties?: AuthProperties
}

export type Packet =
  | ConnectPacket
  | ConnackPacket
  | PublishPacket
  | AckPacket
  | SubscribePacket
  | SubackPacket
  | UnsubscribePacket
  | UnsubackPacket
  | PingreqPacket
  | PingrespPacket
  | DisconnectPacket
  | AuthPacket

/** Who decodes: a server accepts what clients send, a client what servers send. */
export type Role = 'server' | 'client'

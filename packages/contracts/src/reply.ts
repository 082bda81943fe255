import type { UserProperty } from './enhancement-rule.js'

/** The properties of the publish as the responder was delivered it; what is absent is left out. */
export interface PubProps {
  payloadFormatIndicator?: 0 | 1
  /** Seconds left at delivery. */
  messageExpiryInterval?: number
  contentType?: string
  responseTopic?: string
  /** As text, only when the bytes are valid UTF-8. */
  correlationData?: string
  correlationDataBase64?: string
  userProperties?: UserProperty[]
  subscriptionIdentifiers?: number[]
}

/** The JSON reply: ten fields, in this order. */
export interface Reply {
  /** 32 upper-case hex, time-ordered (UUIDv7 without dashes), given at first receipt. */
  id: string
  instanceId: string
  publisherClientId: string
  subscriberClientId: string
  subscriberUsername: string | null
  /** ip:port */
  subscriberClientHost: string
  topic: string
  qos: 1 | 2
  pubProps: PubProps
  /** Epoch ms of the requester's PUBLISH. */
  messageReceivedAt: number
}

import type { ProtocolVersion, SampleMessage, UserProperty } from '@parley/contracts'

/** The sample message as it stands in its form. */
export interface Sample {
  clientId: string
  /** Empty: anonymous. */
  username: string
  protocolVersion: ProtocolVersion
  topic: string
  qos: 0 | 1 | 2
  payload: string
  /** Sent only with 5.0: an older client has no properties. */
  properties: {
    responseTopic: string
    correlationData: string
    messageExpiryInterval: number | ''
    userProperties: UserProperty[]
  }
}

/** What the example of the README publishes. */
export const firstSample: Sample = {
  clientId: 'old-requester',
  username: '',
  protocolVersion: '3.1.1',
  topic: 'cmd/door',
  qos: 1,
  payload: '{\n  "requestId": "r-1",\n  "action": "open"\n}',
  properties: { responseTopic: '', correlationData: '', messageExpiryInterval: '', userProperties: [] }
}

/** As the dry run takes it: what is empty is left out. */
export function sampleMessage(sample: Sample): SampleMessage {
  const { username, properties, ...message } = sample
  const sent = { ...message, username: username || null }
  return sample.protocolVersion === '5.0' ? { ...sent, properties: ownProperties(properties) } : sent
}

function ownProperties(properties: Sample['properties']): SampleMessage['properties'] {
  const { responseTopic, correlationData, messageExpiryInterval, userProperties } = properties
  return {
    ...(responseTopic && { responseTopic }),
    ...(correlationData && { correlationData }),
    ...(messageExpiryInterval !== '' && { messageExpiryInterval }),
    userProperties: userProperties.filter(({ key }) => key !== '')
  }
}

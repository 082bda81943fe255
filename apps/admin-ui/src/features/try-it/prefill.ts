/** What a person may change in the responder's pane. */
export interface ResponderFields {
  clientId: string
  filter: string
  qos: 1 | 2
  username: string
  password: string
}

/** What a person may change in the requester's pane; null: the proposal of the page, which differs from request to request. */
export interface RequesterFields {
  version: '3.1.1' | '5.0'
  clientId: string
  topic: string
  qos: 0 | 1 | 2
  payload: string | null
  correlation: string | null
  replyTopic: string | null
  /** Empty: that of the responder. */
  username: string
  password: string
}

export interface TryItFields {
  responder: ResponderFields
  requester: RequesterFields
}

const suffixCharacters = 4
/** Topics that no device of an instance in use listens to: an acknowledgement here answers nobody's real request. */
const proposedFilter = 'try-it/#'
const proposedTopic = 'try-it/door'

/** Everything filled in, with client ids that nobody else has. */
export function prefilled(): TryItFields {
  const suffix = randomSuffix()
  return {
    responder: { clientId: `door-${suffix}`, filter: proposedFilter, qos: 1, username: '', password: '' },
    requester: {
      version: '5.0',
      clientId: `panel-${suffix}`,
      topic: proposedTopic,
      qos: 1,
      payload: null,
      correlation: null,
      replyTopic: null,
      username: '',
      password: ''
    }
  }
}

/** Of the request of this number. */
export function proposedPayload(number: number): string {
  return `{"requestId":"r-${number}","open":true}`
}

export function proposedCorrelation(number: number): string {
  return `c-${number}`
}

/** A rule for the 3.1.1 requester: what its firmware cannot set, the server does. */
export function exampleRule({ clientId, topic }: RequesterFields) {
  return {
    name: `try-it-${clientId.replace(/[^A-Za-z0-9_-]/g, '').slice(-20)}`,
    condition: { topic },
    actions: { responseTopic: 'replies/${clientId}', correlationData: '${payload.requestId}' }
  }
}

function randomSuffix(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(suffixCharacters))
  return [...bytes].map((byte) => (byte % 36).toString(36)).join('')
}

import { type PublishProperties, reasonCodes } from '@parley/mqtt-wire'

export const limits = { topicLevelsMax: 2, userPropertiesMax: 1 }

export interface RefusedPublish {
  what: string
  topic: string
  properties?: PublishProperties
  reasonCode: number
}

const pair = { key: 'a', value: '1' }

/** Publishes that an instance with these limits acknowledges with the reason why it did not take them. */
export const refusedPublishes: RefusedPublish[] = [
  { what: 'a topic of the service', topic: '$x', reasonCode: reasonCodes.notAuthorized },
  { what: 'a topic of too many levels', topic: 'a/b/c', reasonCode: reasonCodes.topicNameInvalid },
  {
    what: 'too many user properties',
    topic: 'a',
    properties: { userProperties: [pair, pair] },
    reasonCode: reasonCodes.quotaExceeded
  }
]

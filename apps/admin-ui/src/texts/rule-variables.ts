/** What the variables of a rule stand for. */
export const ruleVariablesTexts = {
  list: 'Variables',
  insert: 'Insert a variable',
  found: (count: number) => (count === 1 ? '1 variable' : `${count} variables`),
  meanings: {
    clientId: 'client id of the publisher',
    username: 'username of the publisher; missing when anonymous',
    clientHost: 'address of the publisher, ip:port',
    topic: 'topic of the message',
    qos: 'QoS of the message',
    messageId: 'id that the service gave the message, 32 upper-case hex digits',
    traceId: 'trace id of the traceparent user property, else the message id',
    timestamp: 'when the message arrived, epoch ms',
    instanceId: 'id of this instance',
    protocolVersion: 'MQTT version of the publisher: 3.1, 3.1.1 or 5.0'
  },
  topicLevel: (level: number) => `level ${level} of the topic, counted from 0`,
  payload: 'a field of the JSON payload, by its path',
  payloadField: 'from the JSON payload',
  userProperty: 'a user property of the publisher, by its key',
  userPropertyOf: 'user property of the publisher'
} as const

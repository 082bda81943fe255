/** What a rule makes of a sample message. */
export const rulePreviewTexts = {
  title: 'Preview',
  about: 'A message as a client would publish it, and what comes out. Nothing is published.',
  sample: 'Sample message',
  result: 'What comes out',
  fields: {
    clientId: 'Client id',
    username: 'Username',
    usernameHint: 'empty: anonymous',
    protocolVersion: 'MQTT version',
    topic: 'Topic',
    qos: 'QoS',
    payload: 'Payload',
    responseTopic: 'Response topic',
    correlationData: 'Correlation data',
    messageExpiryInterval: 'Message expiry (s)',
    userProperties: 'User properties'
  },
  notJson: 'Not JSON: what a rule asks of the payload counts as missing.',
  ownProperties: 'Properties that the publisher sets itself',
  ownKey: (place: number) => `Key of the publisher's user property ${place}`,
  ownValue: (place: number) => `Value of the publisher's user property ${place}`,
  addOwn: 'Add a user property',
  removeOwn: (place: number) => `Remove the publisher's user property ${place}`,
  matching: 'Fill in a message that matches',
  refused: 'The preview waits until the marked fields are right. Beneath is the last answer.',
  refusedFirst: 'The preview waits until the marked fields are right.',
  topicEmpty: 'the topic must not be empty',
  topicWildcard: 'its topic cannot hold the wildcards + and #',
  sampleRefused: (why: string) => `No client could publish this message: ${why}.`,
  nothingSet: 'This rule sets nothing yet: fill in at least one property.',
  applies: 'This rule applies to the message.',
  inactive: 'This rule is not active: it sets nothing. Switch it on to see what it would do.',
  appliesNot: 'This rule does not apply to the message.',
  mismatch: {
    clientId: (value: string, pattern: string) => `The client id ${value} does not match ${pattern}.`,
    username: (value: string, pattern: string) => `The username ${value} does not match ${pattern}.`,
    topic: (value: string, pattern: string) => `The topic ${value} does not match ${pattern}.`,
    anonymous: (pattern: string) => `An anonymous client matches only *, not ${pattern}.`
  },
  property: 'Property',
  value: 'Value',
  setBy: 'Set by',
  properties: {
    responseTopic: 'Response topic',
    correlationData: 'Correlation data',
    messageExpiryInterval: 'Message expiry',
    userProperties: 'User property'
  },
  userProperty: (key: string) => `User property ${key}`,
  seconds: (seconds: number) => `${seconds} s`,
  base64: (text: string) => `${text} (bytes, as Base64)`,
  noProperties: 'No property comes out: the message is delivered as it was published.',
  byPublisher: 'the publisher',
  byThis: 'this rule',
  replaced: 'in place of the publisher’s own',
  skipped: 'Not set',
  skippedOf: (field: string, place: number | undefined) =>
    place === undefined ? field : `${field} ${place}`,
  reasons: {
    missing_value: (variable: string) =>
      `${variable} has no value in this message. Give it a default, as in \${name:-text}, or another sample.`,
    empty_value: () => 'It would be empty.',
    over_limit: () => 'It would be longer than it may be.',
    unsafe_value: (variable: string) =>
      `The value of ${variable} holds what a topic cannot take over, such as / + # or a control character.`,
    invalid_template: () => 'It cannot be read: a variable in it is not known.',
    kept_by_publisher: () => 'The publisher set it itself, and the rule does not override.',
    overridden_by_rule: () => 'A rule that applies earlier has set it:'
  } as Record<string, (variable: string) => string>,
  aValue: 'A value',
  matched: (count: number) => (count === 1 ? '1 rule applies' : `${count} rules apply`),
  notMatched: (count: number) => (count === 1 ? '1 rule does not' : `${count} rules do not`),
  why: {
    clientId: 'client id does not match',
    username: 'username does not match',
    topic: 'topic does not match',
    inactive: 'not active'
  },
  more: (count: number) => `and ${count} more`
} as const

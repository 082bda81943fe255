/** The page that plays a request and its reply. */
export const tryItTexts = {
  title: 'Try it',
  about:
    'Two real MQTT clients in this page, over WebSocket, on this instance: an old responder that can only acknowledge, and a requester that gets a reply all the same.',
  inUse:
    'These are real clients: whatever this responder acknowledges is answered. The topics proposed here are none that a device listens to.',

  next: {
    label: 'Next step',
    connect: 'Connect both',
    connectText: 'Everything is filled in. Connect the two clients.',
    connecting: 'Connecting…',
    send: 'Send the request',
    sendText:
      'Both are connected. Now the requester asks, and the old responder does nothing but acknowledge.',
    waiting: 'The request is out. The reply is on its way…',
    again: 'Send another request',
    answeredText: 'There it is: a reply from a device that only acknowledged.',
    lateText: 'No reply came. Beneath the steps it says what may be the reason.',
    refusedText: 'One of them is not connected. Its pane says why.'
  },

  responder: {
    title: 'Responder',
    badge: 'MQTT 3.1.1',
    about: 'An old device: it subscribes, receives and acknowledges. It knows nothing of replies.',
    clientId: 'Client id',
    filter: 'Topic filter',
    qos: 'QoS',
    qosOptions: { 1: '1 (PUBACK)', 2: '2 (PUBCOMP)' },
    inbox: 'Messages that it received',
    nothingYet: 'Nothing received yet.',
    waitsFor: (filter: string) => `Waits for messages on ${filter}.`,
    receivedAtQos: (qos: number) => `QoS ${qos}`,
    acknowledged: (packet: string) => `${packet} sent`,
    notAcknowledged: 'not acknowledged'
  },

  requester: {
    title: 'Requester',
    version: 'Protocol version',
    versions: { '5.0': 'MQTT 5', '3.1.1': 'MQTT 3.1.1 with a rule' },
    aboutModern: 'It sets Response Topic and Correlation Data itself.',
    aboutOld: 'It cannot set a property. A rule on the server sets them for it.',
    clientId: 'Client id',
    topic: 'Topic',
    qos: 'QoS',
    payload: 'Payload',
    responseTopic: 'Response Topic',
    replyTopic: 'Waits for the reply on',
    correlation: 'Correlation Data',
    publish: 'Publish'
  },

  access: {
    username: 'Username',
    password: 'Password',
    sameAsResponder: 'as the responder',
    hint: 'This instance lets only users in. What you type stays in this page and is not stored.',
    users: 'Users'
  },

  link: {
    connect: 'Connect',
    disconnect: 'Disconnect',
    cancel: 'Stop trying',
    idle: 'not connected',
    connecting: 'connecting',
    connected: 'connected',
    refused: 'refused',
    lost: 'reconnecting',
    connectionRefused: (reason: string) => `The server refused the connection: ${reason}.`,
    subscriptionRefused: (reason: string) => `The server refused the subscription: ${reason}.`,
    connectionLost: 'The connection was lost. It is tried again every second.',
    connectionLostBecause: (reason: string) =>
      `The server closed the connection: ${reason}. It is tried again every second.`,
    unreachable: (url: string) =>
      `${url} does not answer. It is tried again every second; check that a data-plane node runs and that this browser reaches it.`,
    accessAdvice: 'Check username and password, or look at the users and policies of this instance:',
    users: 'Users',
    policies: 'Policies',
    toChange: 'Disconnect to change what is greyed out.'
  },

  stopped: {
    title: (status: string) => `This instance is ${status}`,
    text: 'It accepts no clients now, so there is nothing to try.',
    suspended: 'Resume it in its settings, then come back.',
    settings: 'Open the settings'
  },

  rule: {
    checking: 'Looking at the rules…',
    sets: 'This rule sets its Response Topic:',
    setsTo: (topic: string) => `Response Topic ${topic}`,
    none: (topic: string) =>
      `No active rule matches ${topic}. Without a Response Topic nobody can reply: the requester needs a rule.`,
    noTopic: (names: string) =>
      `${names} matches, but gives this message no Response Topic, so nobody can reply to it.`,
    inactive: 'This rule would match, but is inactive:',
    create: 'Create the example rule',
    creating: 'The rule is on its way to every node…',
    createHint: (topic: string) =>
      `Response Topic replies/\${clientId} and Correlation Data \${payload.requestId} for ${topic}. It stays until you delete it under Rules.`,
    open: 'Rules'
  },

  timeline: {
    title: 'What happens',
    empty: 'What will happen, step by step:',
    request: (number: number) => `Request ${number}`,
    sinceBefore: (ms: string) => `+${ms} ms`,
    sinceStart: (ms: string) => `${ms} ms after the request`,
    total: (ms: string) => `Reply after ${ms} ms`,
    repliesLeftOut: (count: number) => `${count} more replies are not shown.`,
    lanes: { responder: 'Responder', requester: 'Requester' },
    pending: {
      published: 'The requester publishes the request',
      accepted: 'The server accepts it',
      arrived: 'The message reaches the responder',
      acknowledged: 'The responder acknowledges: all it can do',
      replied: 'The server replies for it'
    },
    published: (topic: string) => `Request published on ${topic}`,
    accepted: (packet: string) => `The server accepted it: ${packet}`,
    acceptedWith: (packet: string, reason: string) => `The server accepted it: ${packet}, ${reason}`,
    refused: (reason: string) => `The server refused the request: ${reason}`,
    arrived: (topic: string) => `Message arrived on ${topic}`,
    acknowledged: (packet: string) => `Acknowledgement sent: ${packet}`,
    halfway: (packet: string) => `${packet} sent: the first half of the QoS 2 handshake`,
    replied: (topic: string) => `Reply arrived on ${topic}`,
    repliedElse: (topic: string) => `Another message arrived on ${topic}`,
    setItself: 'Properties that it set itself',
    setsNone: 'No properties: 3.1.1 has none. A rule on the server can add them.'
  },

  payload: {
    empty: 'empty payload',
    hex: 'Not text, shown in hex',
    leftOut: (bytes: string) => `${bytes} more bytes are not shown.`
  },

  reply: {
    properties: 'Properties of the message',
    correlationProperty: 'Correlation Data came back as a property.',
    correlationInside: 'No properties in 3.1.1: the correlation is inside pubProps.',
    noCorrelation: 'The request carried no Correlation Data.',
    contentType: 'Content Type',
    correlationData: 'Correlation Data',
    fields: 'The reply, field by field',
    raw: 'the JSON as it arrived',
    explain: {
      id: 'Of the request; ids sort by time.',
      instanceId: 'The instance that both clients use.',
      publisherClientId: 'Who sent the request.',
      subscriberClientId: 'Who acknowledged it: the responder.',
      subscriberUsername: 'The username of the responder; null when it is anonymous.',
      subscriberClientHost: 'From where the responder is connected.',
      topic: 'The topic of the request.',
      qos: 'The QoS at which the responder got the request.',
      pubProps: 'What the request carried when it was delivered:',
      'pubProps.responseTopic': 'Where the reply went.',
      'pubProps.correlationData': 'Tells the requester which of its requests this answers.',
      'pubProps.correlationDataBase64': 'The same bytes, for when they are not text.',
      'pubProps.payloadFormatIndicator': '1: the payload is UTF-8 text.',
      'pubProps.messageExpiryInterval': 'Seconds that the request had left.',
      'pubProps.contentType': 'What the requester said the payload is.',
      'pubProps.userProperties': 'Set by the requester or added by rules.',
      'pubProps.subscriptionIdentifiers': 'Of the subscription of the responder.',
      messageReceivedAt: 'When the server received the request (ms since 1970).',
      outcome: 'Why there is no answer of a responder.'
    } as Record<string, string>
  },

  noReply: {
    title: 'No reply within 5 s',
    about: 'If one comes later, it still appears above.',
    reasons: {
      suspended: 'The instance is suspended: it serves no clients.',
      requesterLost:
        'The requester is not connected, so it cannot receive anything. Connect it and send again.',
      requestQos0:
        'The request went out at QoS 0. Nobody acknowledges that, so there is nothing to reply to: choose QoS 1 or 2.',
      noResponseTopic: 'The request carried no Response Topic: no active rule gives it one.',
      nobodySubscribed:
        'The server found nobody subscribed to the topic of the request. Compare it with the topic filter of the responder.',
      notArrived:
        'The request did not reach the responder of this page: its topic filter does not match, or it is not connected.',
      notAcknowledged:
        'The responder has not acknowledged the message: its connection may have been lost in between.',
      autoReplyOff: 'Replies are switched off for this instance.',
      protocolVersionOff: 'This instance does not reply for 3.1.1 responders.',
      expired: 'A rule gives the request an expiry. After that nothing is answered.',
      rights:
        'Policies are on: the requester needs the right to publish to its Response Topic, or to subscribe to it while the responder may publish there.',
      delayed:
        'Nothing on this page explains it. A reply that cannot be delivered is tried again, and ends among the dead letters.'
    },
    links: { settings: 'Settings', policies: 'Policies', rules: 'Rules', deadLetters: 'Dead letters' }
  },

  whatHappened: {
    title: 'What happened',
    modern: (topic: string, replyTopic: string) =>
      `The requester published to ${topic} and said where it waits: ${replyTopic}.`,
    old: (topic: string, replyTopic: string) =>
      `The requester published plain 3.1.1 to ${topic}, and a rule on the server added where it waits: ${replyTopic}.`,
    responder: (clientId: string, packet: string) =>
      `${clientId} speaks 3.1.1 and did what its firmware always did: it received the message and sent ${packet}.`,
    server:
      'That acknowledgement made the server publish the reply for it, with the correlation of the request.',
    commands: 'The same in two terminals',
    first: 'First the responder:',
    second: 'Then the requester:'
  },

  invalid: {
    empty: 'Fill this in.',
    wildcard: 'A topic to publish to has no + and no #.'
  },

  unknownReason: 'no reason was given',
  reasons: {
    1: 'the protocol version is not accepted',
    2: 'the client id is not accepted',
    3: 'the server is unavailable at the moment',
    4: 'username or password is wrong',
    5: 'not authorised',
    16: 'nobody is subscribed',
    128: 'refused without a reason of its own',
    129: 'malformed packet',
    130: 'protocol error',
    131: 'the server cannot do this',
    132: 'the protocol version is not accepted',
    133: 'the client id is not accepted',
    134: 'username or password is wrong',
    135: 'not authorised',
    136: 'the server is unavailable at the moment',
    137: 'the server is busy',
    138: 'the client is banned',
    139: 'the server is shutting down',
    140: 'the authentication method is not accepted',
    141: 'nothing was heard for longer than the keep alive',
    142: 'another client took over with the same client id',
    143: 'the topic filter is not accepted',
    144: 'the topic is not accepted',
    147: 'more at once than the server takes',
    148: 'the topic alias is not valid',
    149: 'the packet is larger than the instance allows',
    150: 'too many messages in too short a time',
    151: 'a quota of the instance is used up',
    152: 'an administrator ended it',
    153: 'the payload is not what its format says',
    154: 'retained messages are not accepted',
    155: 'the QoS is not accepted',
    156: 'another server is to be used',
    157: 'the server has moved',
    158: 'shared subscriptions are not accepted',
    159: 'too many connections in too short a time',
    160: 'the connection lasted as long as it may',
    161: 'subscription identifiers are not accepted',
    162: 'wildcards are not accepted'
  } as Record<number, string>
} as const

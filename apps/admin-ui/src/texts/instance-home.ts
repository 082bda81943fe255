/** The overview of one instance: addresses, snippets, live figures, rollout. */
export const instanceHomeTexts = {
  title: 'Overview',
  created: {
    title: (name: string) => `${name} is ready`,
    anonymous:
      'Connect a device with one of the pieces below, or watch a request and its reply in the browser first.',
    withUsers:
      'Every client needs a username and password: make the first user, then connect a device with one of the pieces below.',
    tryIt: 'Try it in the browser',
    addUser: 'Make a user',
    dismiss: 'Hide this hint'
  },
  suspended: {
    title: 'This instance is suspended',
    text: 'No client can connect. Resume it in the settings.',
    settings: 'Open the settings'
  },
  facts: {
    label: 'Settings at a glance',
    autoReply: 'Auto-reply',
    autoReplyOn: (versions: string) => `on for MQTT ${versions}`,
    autoReplyNoVersion: 'on, but for no protocol version',
    off: 'off',
    authentication: 'Clients',
    anonymous: 'anonymous',
    withUsers: 'username and password',
    authorization: 'Authorization',
    policies: 'policies decide',
    everything: 'everything is allowed',
    sessions: 'Sessions',
    redis: 'kept in Redis',
    memory: 'in memory'
  },
  endpoints: {
    title: 'Addresses',
    mqtt: 'MQTT',
    ws: 'WebSocket',
    http: 'HTTP',
    httpHint: 'reserved; this version serves no data-plane HTTP yet'
  },
  connect: {
    title: 'Connect a client',
    role: 'What the client is',
    tabs: 'Tool or language',
    responder: 'Responder',
    requesterV5: 'Requester, MQTT 5',
    requesterV311: 'Requester, MQTT 3.1.1',
    aboutRole: {
      responder:
        'An old device that only receives and acknowledges. Parley makes a reply of each acknowledgement; the device needs no change.',
      requesterV5:
        'Says in the message itself where the reply goes. Start a responder first, in another terminal.',
      requesterV311:
        'An old device cannot say where the reply goes: a rule says it for it. Make the rule, start a responder, then this.'
    },
    credentials: 'Put a username and password of this instance in the place of the capitals.',
    users: 'Users',
    policies: 'Policies',
    policiesHint: 'Authorization is on: a policy must allow what the client publishes and subscribes to.',
    rule: 'The rule, once for the instance',
    ruleInUi: 'Make it in the browser',
    ruleValues:
      ': Response Topic replies/${clientId}, Correlation Data ${payload.requestId}. Or over the API, with a key in $KEY:',
    client: 'The client',
    piece: (name: string, number: number) => `${name}, piece ${number}`,
    tabNames: {
      mosquitto: 'mosquitto',
      mosquittoRr: 'mosquitto_rr',
      mqttJs: 'MQTT.js',
      python: 'Python',
      espIdf: 'ESP-IDF'
    },
    notes: {
      mosquitto: 'Debian and Ubuntu: apt install mosquitto-clients.',
      mosquittoPair: 'Two terminals: the first command waits for the reply, the second one asks.',
      mosquittoRr: 'Asks, prints the reply and ends.',
      mqttJs: 'npm install mqtt, save it as a file that ends with .mjs, run it with node.',
      python: 'pip install paho-mqtt; runs with paho-mqtt 1.x and 2.x.',
      espIdf: 'ESP-IDF 5 or newer; call start_mqtt() once the network is up.',
      espIdfV5: 'ESP-IDF 5 or newer with CONFIG_MQTT_PROTOCOL_5=y; call start_mqtt() once the network is up.'
    }
  },
  live: {
    title: 'Live',
    figures: 'Live figures',
    phases: {
      connecting: 'Connecting…',
      live: 'Live',
      paused: 'Paused while the page is hidden',
      ended: 'Ended: the instance or your session is gone'
    },
    reconnecting: (since: string) => `Reconnecting since ${since}`,
    notHeard: (since: string) => `Nodes not heard since ${since}: these are their last figures`,
    sinceStart: 'Totals count from the start of the nodes.',
    perSecond: (rate: string) => `${rate}/s`,
    counters: {
      connections: 'Connections',
      messagesIn: 'Messages in',
      messagesOut: 'Messages out',
      requests: 'Requests',
      replies: 'Replies',
      retries: 'Retries',
      deadLetters: 'Dead letters',
      drops: 'Drops'
    },
    hints: {
      connections: 'clients connected now',
      messagesIn: 'PUBLISH packets received from clients',
      messagesOut: 'PUBLISH packets sent to clients',
      requests: 'messages that carried a Response Topic, the publisher’s or a rule’s',
      replies: 'replies published for responders',
      retries: 'attempts at replies that had to wait',
      deadLetters: 'replies given up and kept',
      drops: 'what was not delivered, whatever the reason'
    }
  },
  rollout: {
    title: 'Rollout',
    caption: 'What each node runs of this instance',
    node: 'Node',
    revision: 'Revision',
    state: 'State',
    connections: 'Connections',
    current: 'current',
    behind: 'catching up',
    none: 'none yet',
    noNodes: 'No data-plane node is live: start one, for example with npm start.'
  }
} as const

/** The settings of one instance. */
export const settingsTexts = {
  title: 'Settings',
  about: 'Live with the next packet of each client, on every node, without a restart.',
  sections: 'Parts of the settings',
  general: {
    title: 'General',
    name: 'Name',
    remark: 'Remark'
  },
  access: {
    title: 'Authentication and authorization',
    anonymous: 'Let anybody connect without a password',
    anonymousHint:
      'Clients then name themselves as they like. Switching it off disconnects whoever has not signed in with a password.',
    users: 'Users',
    authorization: 'Let policies decide what clients may do',
    authorizationHint:
      'Policies are read in order, the first match decides, and what none allows is refused. Switched on without a policy, nobody can connect.',
    policies: 'Policies',
    lockout: 'This would shut out every client',
    noUsers: 'The instance has no users yet: make one first.',
    noPolicies: 'The instance has no policies yet: make one first that allows to connect.'
  },
  autoReply: {
    title: 'Auto-reply',
    enabled: 'Reply for responders that acknowledge',
    enabledHint:
      'Off: acknowledgements end at the server; requesters hear nothing unless a responder answers by itself.',
    protocolVersions: 'For responders that speak',
    protocolVersionsHint: 'A responder that speaks another version is expected to answer by itself.',
    version: (version: string) => `MQTT ${version}`,
    checkRights: 'Check the right to reply',
    checkRightsHint:
      'With authorization on, a Response Topic that the requester chose is used only if it may publish there, or may subscribe there and the responder may publish.',
    retained: 'Answer the delivery of retained messages',
    retainedHint: 'Off: a responder that subscribes late answers nothing that was published before.',
    noResponder: 'Reply when nobody is there to respond',
    noResponderHint: 'The requester gets a reply with the outcome "no_responder".',
    timeout: 'Reply when nobody answers in time',
    timeoutHint:
      'The requester gets a reply with the outcome "timed_out"; a late acknowledgement is still answered.',
    timeoutMs: 'Wait for an answer',
    timeoutMsHint: 'Counted from the receipt of the request.',
    maxReplies: 'Replies to one request',
    maxRepliesHint: 'What more responders acknowledge is counted as a drop, reply_limit_reached.',
    notYet: 'Kept, but without effect in this version.',
    retryTitle: 'When nobody waits for the reply',
    retryAbout:
      'A reply that cannot be published, or that nobody waits for, is tried again with growing pauses, then becomes a dead letter. A subscription to its topic gets it at once.',
    attempts: 'Attempts',
    attemptsHint: 'After the last one the reply is a dead letter.',
    firstDelayMs: 'First pause',
    firstDelayMsHint: 'Doubles from attempt to attempt.',
    maxDelayMs: 'Longest pause',
    maxDelayMsHint: 'The pause grows no further.',
    maxAgeMs: 'Give up after',
    maxAgeMsHint: 'An older reply is a dead letter, however many attempts are left.',
    firstDelayLong: 'Not above the longest pause.'
  },
  limits: {
    title: 'Limits',
    about: 'What each client and the instance may take. Whatever a limit refuses is counted under drops.',
    names: {
      packetBytesMax: 'Packet size',
      maxInflight: 'Unacknowledged deliveries of one client',
      receiveMaximum: 'Unfinished QoS 2 messages from one client',
      topicAliasMaximum: 'Topic aliases of one connection',
      keepAliveMaxS: 'Keep alive',
      sessionExpiryMaxS: 'Session expiry',
      queuedMessagesMax: 'Queued messages of one session',
      queuedBytesMax: 'Queued bytes of one session',
      topicLevelsMax: 'Topic levels',
      userPropertiesMax: 'User properties of one message',
      connectionsMax: 'Connections',
      rulesMax: 'Enhancement rules'
    },
    atLimit: {
      packetBytesMax:
        'A client that sends a larger packet is disconnected; MQTT 5 clients know the limit and are told 0x95 (packet too large).',
      maxInflight:
        'Further QoS 1 and 2 messages wait in the queue of the session until the client acknowledges.',
      receiveMaximum:
        'An MQTT 5 client is told the limit and disconnected with 0x93 (receive maximum exceeded) above it; older clients know no such limit.',
      topicAliasMaximum:
        'An MQTT 5 client that sends a higher alias is disconnected with 0x94 (topic alias invalid). 0: no aliases.',
      keepAliveMaxS:
        'A client that asks for a longer keep alive, or none, is held to this one: silent for one and a half times as long, it is disconnected. 0: no limit.',
      sessionExpiryMaxS:
        'A client that asks for longer is granted this; kept sessions of MQTT 3 clients end after it. 0: no session outlives its connection.',
      queuedMessagesMax:
        'Further messages to a session that takes nothing are dropped: queue_full. 0: nothing is queued.',
      queuedBytesMax:
        'Further messages to a session that takes nothing are dropped: queue_full. 0: nothing is queued.',
      topicLevelsMax:
        'A publish to a deeper topic is dropped and a deeper subscription refused; MQTT 5 clients are told 0x90 and 0x8F.',
      userPropertiesMax: 'A message with more is dropped; MQTT 5 publishers are told 0x97 (quota exceeded).',
      connectionsMax:
        'Further clients are refused with 0x97 (quota exceeded), MQTT 3 clients with code 3; on each node. 0: nobody can connect.',
      rulesMax: 'Further rules are refused by the API with rules_limit_reached; those that exist stay.'
    }
  },
  units: {
    bytes: 'bytes',
    seconds: 's',
    milliseconds: 'ms',
    messages: 'messages',
    aliases: 'aliases',
    levels: 'levels',
    properties: 'properties',
    connections: 'connections',
    rules: 'rules',
    attempts: 'attempts',
    replies: 'replies'
  },
  range: (from: string, to: string, byDefault: string | undefined) =>
    byDefault === undefined ? `${from} to ${to}.` : `${from} to ${to}, ${byDefault} by default.`,
  outside: (from: string, to: string) => `A whole number from ${from} to ${to}.`,
  sessions: {
    title: 'Sessions',
    label: 'Where sessions and retained messages live',
    redis: 'Redis',
    redisHint: 'They survive the end of a node, and a kill of Redis.',
    memory: 'Memory',
    memoryHint: 'Faster, and lost when the node ends.',
    when: 'Takes effect when the nodes open the instance anew: after their restart, or 30 s after the last client left with nothing kept. What is kept on one side does not move to the other.'
  },
  changes: {
    title: (count: number) => `${count} unsaved ${count === 1 ? 'change' : 'changes'}`,
    on: 'on',
    off: 'off',
    empty: 'empty',
    never: 'never',
    none: 'none',
    save: 'Save',
    discard: 'Discard',
    fix: 'Some values cannot be saved; each of them says why.',
    saved: (revision: number) => `Saved as revision ${revision}; the nodes take it over within a second.`
  },
  leave: {
    title: 'Leave without saving?',
    text: (count: number) =>
      `${count} ${count === 1 ? 'change is' : 'changes are'} not saved and will be lost.`,
    stay: 'Stay here',
    leave: 'Leave without saving'
  },
  danger: {
    title: 'Danger zone',
    suspend: 'Suspend the instance',
    suspendHint: 'Disconnects every client and lets none in until you resume. Nothing is lost.',
    resume: 'Resume the instance',
    resumeHint: 'Opens the addresses again; clients reconnect and find their sessions.',
    delete: 'Delete the instance',
    deleteHint: 'Closes the addresses for good; everything that belongs to it is lost.'
  }
} as const

/** The authorization policies of an instance. */
export const policiesTexts = {
  title: 'Policies',
  about:
    'What clients may do. Policies are asked from top to bottom: the first one that matches decides, and when none does, it is denied.',
  create: 'New policy',
  list: 'Authorization policies, in the order in which they are asked',
  effects: { allow: 'allow', deny: 'deny' },
  actionNames: { connect: 'connect', publish: 'publish', subscribe: 'subscribe' },
  everything: 'everybody, everything',
  condition: {
    clientId: 'client',
    username: 'user',
    address: 'from',
    topic: 'topic',
    qos: (levels: string) => `QoS ${levels}`,
    retained: 'retained only',
    notRetained: 'not retained'
  },
  activeOf: (name: string) => `${name} is active`,
  decides: 'decides',
  edit: 'Edit…',
  editOf: (name: string) => `Edit ${name}`,
  delete: 'Delete…',
  moveFailed: 'The order is as it was',
  switchFailed: (name: string) => `${name} is as it was`,
  off: {
    title: 'Nobody asks these policies yet',
    text: 'Authorization is off for this instance: whoever gets in may do everything. Once it is on, what no policy allows is denied.',
    nobody:
      'No active policy allows to connect: switching it on now locks everybody out, and ends every open connection within a second.',
    some: 'Open connections that no policy allows end within a second.',
    act: 'Switch authorization on',
    settings: 'Settings',
    failed: 'Authorization is still off'
  },
  lockedOut: {
    title: 'Nobody gets in',
    text: 'Authorization is on, and no active policy allows to connect.'
  },
  empty: {
    title: 'No policies yet',
    text: 'Begin with one that allows what your devices need, and put the exceptions above it. Or from a shell, with an API key of the scope access:write in KEY: this one lets everybody do everything.'
  },
  form: {
    newTitle: 'New policy',
    editTitle: (name: string) => `Policy ${name}`,
    name: 'Name',
    nameAbout: '3 to 64 letters, digits, - or _',
    effect: 'Effect',
    actions: 'Actions',
    conditionLegend: 'When all of this matches',
    clientId: 'Client id',
    username: 'Username',
    patternAbout: '* any characters, ? one. An anonymous client has no username: only * matches it.',
    clientAbout: '* any characters, ? one.',
    address: 'Address',
    addressAbout: 'One address or a block, as in 10.0.0.0/8 or 2001:db8::/32. Empty: any.',
    topic: 'Topic',
    topicAbout:
      'Also + for one level and # for the rest, ${clientId} and ${username}. Not looked at for connect.',
    qos: 'QoS',
    retain: 'Retain',
    retainAbout: 'Concerns publish only.',
    retains: { either: 'either', retained: 'retained', notRetained: 'not retained' },
    priority: 'Priority',
    priorityAbout: (max: number) => `0 to ${max}: smaller is asked first. Or drag it in the list.`,
    active: 'Active',
    activeAbout: 'An inactive policy is kept, but not asked.',
    remark: 'Remark',
    submitNew: 'Create the policy',
    submit: 'Save the policy'
  },
  created: (name: string) => `${name} is created.`,
  saved: (name: string) => `${name} is saved.`,
  deletion: {
    title: 'Delete a policy',
    allow: (name: string) =>
      `What only ${name} allows is denied from then on: open connections that lose their right to connect end within a second.`,
    deny: (name: string) => `What ${name} denies is decided by the policies below it from then on.`,
    undone: 'This cannot be undone.',
    submit: 'Delete the policy',
    done: (name: string) => `${name} is deleted.`
  },
  test: {
    title: 'Ask the policies',
    about: 'May this client do that? Answered by the saved, active policies.',
    action: 'Action',
    clientId: 'Client id',
    username: 'Username',
    anonymous: 'Anonymous',
    address: 'Address',
    addressAbout: 'Unknown when empty: no allow with an address matches, every deny with one does.',
    topic: 'Topic',
    topicFilter: 'Topic filter',
    qos: 'QoS',
    retain: 'Retained',
    submit: 'Ask',
    allowed: 'Allowed',
    denied: 'Denied',
    decidedBy: 'decided by',
    nobody: 'No policy matched: denied.',
    off: 'Authorization is off at the moment: nobody asks, so it is allowed all the same.'
  }
} as const

/** The list of instances, what can be done to one, and the making of a new one. */
export const instancesTexts = {
  title: 'Instances',
  about: 'Each instance is an MQTT service of its own: addresses, clients, topics, rules and limits.',
  caption: 'Instances of this account',
  create: 'Create an instance',
  filter: 'Part of a name, id or remark',
  status: {
    label: 'Status',
    all: 'All',
    running: 'Running',
    suspended: 'Suspended'
  },
  columns: {
    name: 'Name',
    id: 'Id',
    status: 'Status',
    connections: 'Connections',
    rollout: 'Rollout',
    created: 'Created'
  },
  unknownFigure: 'not known at the moment',
  empty: {
    title: 'No instance yet',
    text: 'An instance gives your devices an address within a second. Create one here, or over the API with a key from the page API keys:'
  },
  nothingMatches: 'Change the filter, or clear it to see every instance.',
  endOfList: 'There is nothing on this page of the list (any more).',
  rollout: {
    text: (revision: number, applied: number, nodes: number) =>
      `revision ${revision} on ${applied} of ${nodes} ${nodes === 1 ? 'node' : 'nodes'}`,
    underWay: 'under way',
    underWayHint:
      'The nodes that are missing go on with the revision before; they fetch this one by themselves.',
    noNode: 'no node runs',
    noNodeHint: 'No data-plane node is live: nothing can connect until one is started.'
  },
  act: {
    open: 'Open',
    settings: 'Settings',
    suspend: 'Suspend',
    resume: 'Resume',
    delete: 'Delete'
  },
  suspend: {
    title: (name: string) => `Suspend ${name}?`,
    connected: (clients: string | undefined) =>
      clients === undefined
        ? 'Every connected client is disconnected at once.'
        : `Every connected client is disconnected at once; that is ${clients} now.`,
    text: 'MQTT 5 clients are told the reason 0x98 (administrative action), older ones see the connection close. Nobody can connect until you resume.',
    kept: 'Settings, rules, users, policies, sessions and retained messages stay, and so does the address. Sessions and messages go on expiring meanwhile.',
    done: (name: string) => `${name} is suspended.`
  },
  resumed: (name: string) => `${name} accepts clients again.`,
  delete: {
    title: (name: string) => `Delete ${name}?`,
    text: 'Its addresses close and every connected client is disconnected. Rules, users, policies, sessions, retained messages, waiting replies and dead letters are lost. This cannot be taken back.',
    port: 'The port rests for seven days before another instance may get it.',
    done: (name: string) => `${name} is deleted.`
  },
  changeFailed: (name: string) => `${name} could not be changed`
} as const

export const newInstanceTexts = {
  title: 'Create an instance',
  about: 'A name is enough. Everything can be changed later, without a restart.',
  name: 'Name',
  nameHint: '3 to 64 letters, digits, - or _; unique among your instances.',
  nameShort: (count: number) => `${count} more ${count === 1 ? 'character' : 'characters'} at least.`,
  nameLong: (count: number) => `${count} ${count === 1 ? 'character' : 'characters'} too many.`,
  nameCharacters: 'Only letters, digits, - and _.',
  nameTaken: 'Another of your instances has this name. Choose another one.',
  remark: 'Remark',
  remarkHint: 'For you and your colleagues; clients never see it.',
  remarkLong: (count: number) => `${count} ${count === 1 ? 'character' : 'characters'} too many.`,
  access: 'Who may connect',
  withUsers: 'Clients with a username and password',
  withUsersHint: 'Each client signs in as a user that you make on the page Users; everybody else is refused.',
  anonymous: 'Anybody who reaches the address',
  anonymousHint:
    'No password is asked for and clients name themselves as they like: right for a trial or a closed network, nowhere else.',
  submit: 'Create'
} as const

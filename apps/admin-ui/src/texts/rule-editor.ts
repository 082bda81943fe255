/** The editor of one enhancement rule. */
export const ruleEditorTexts = {
  newTitle: 'New rule',
  form: 'Rule',
  back: 'Back to the rules',
  fields: {
    name: 'Name',
    remark: 'Remark',
    status: 'Status',
    active: 'Active',
    priority: 'Priority',
    override: 'Override',
    topic: 'Topic',
    clientId: 'Client id',
    username: 'Username',
    responseTopic: 'Response topic',
    correlationData: 'Correlation data',
    messageExpiryInterval: 'Message expiry',
    userProperties: 'User properties'
  },
  hints: {
    name: '3 to 64 letters, digits, - or _',
    priority: 'The smallest applies first. 0 to 9999.',
    override: 'Also replace what the publisher set itself.',
    responseTopic: 'Where replies go. Without wildcards.',
    correlationData: 'What the requester knows its reply by.',
    messageExpiryInterval: 'The message, and a reply to it, is worth nothing after this time.',
    userProperties: 'Added to those of the publisher, in this order.'
  },
  secondsSuffix: 's',
  condition: 'Applies to messages where',
  conditionAbout: 'All three must match.',
  wildcards: 'Wildcards',
  wildcardsOf: {
    '*': 'any run of characters, also across /',
    '?': 'exactly one character',
    '+': 'one whole level; topic only',
    '#': 'this level and all below; topic only, at the end'
  },
  actions: 'Sets on these messages',
  actionsAbout:
    'What is left empty is not set. Type ${ for variables, such as ${clientId} or ${payload.requestId}.',
  key: 'Key',
  value: 'Value',
  keyOf: (place: number) => `Key of user property ${place}`,
  valueOf: (place: number) => `Value of user property ${place}`,
  addProperty: 'Add a user property',
  removeProperty: (place: number) => `Remove user property ${place}`,
  propertyUp: (place: number) => `Move user property ${place} up`,
  propertyDown: (place: number) => `Move user property ${place} down`,
  propertyMoved: (place: number) => `It is user property ${place} now.`,
  propertiesFull: (max: number) => `A rule adds at most ${max} user properties.`,
  review: 'Review and save',
  create: 'Create the rule',
  discard: 'Discard changes',
  delete: 'Delete',
  duplicate: 'Duplicate',
  noChanges: 'No changes',
  changes: (count: number) => (count === 1 ? '1 field changed' : `${count} fields changed`),
  unsaved: 'Not saved yet',
  restored: 'What you typed before is back. It is not saved yet.',
  newer: 'Somebody changed this rule meanwhile. When you save, you compare both versions.',
  diff: {
    title: 'Save these changes?',
    about: (name: string) =>
      `What changes in ${name}. Nodes take it over within a second; connections stay open.`,
    field: 'Field',
    before: 'Before',
    after: 'After',
    notSet: 'not set',
    on: 'on',
    off: 'off',
    active: 'active',
    inactive: 'inactive',
    save: 'Save',
    removed: 'removed:',
    added: 'added:'
  },
  conflict: {
    title: 'Somebody else changed this rule',
    about:
      'While you edited, another version was saved. Where only one of you changed a field, that is taken. Where both did, choose.',
    base: 'You began with',
    mine: 'Yours',
    theirs: 'Theirs',
    open: (count: number) => (count === 1 ? '1 field to choose' : `${count} fields to choose`),
    allMine: 'Take all of mine',
    allTheirs: 'Take all of theirs',
    save: 'Save the result',
    same: 'The other version says the same as yours. Nothing is left to save.'
  },
  gone: {
    title: 'This rule was deleted meanwhile',
    text: 'Somebody else deleted it while you edited. What you typed is still here: save it as a new rule, or leave it.',
    saveAsNew: 'Save as a new rule',
    stay: 'Back to the editor'
  },
  leave: {
    title: 'Leave without saving?',
    text: 'What you changed here is lost.',
    stay: 'Stay',
    leave: 'Leave'
  },
  rollout: {
    waiting: 'Saved. On its way to the nodes…',
    live: (applied: number, nodes: number) =>
      `Saved. Live on ${applied} of ${nodes} ${nodes === 1 ? 'node' : 'nodes'}.`,
    pending: (applied: number, nodes: number) =>
      `Saved. Live on ${applied} of ${nodes} ${nodes === 1 ? 'node' : 'nodes'} so far; the others follow by themselves, within 30 s of reaching Redis.`,
    noNodes: 'Saved. No node runs at the moment; it is live when one does.'
  }
} as const

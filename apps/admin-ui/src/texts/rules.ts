/** The list of an instance's enhancement rules. */
export const rulesTexts = {
  title: 'Rules',
  about:
    'What the service adds to messages before they are delivered. All rules that match apply; the first one that sets a property wins.',
  list: 'Enhancement rules, in the order in which they apply',
  create: 'New rule',
  filter: 'Name, remark, pattern or text',
  countOf: (count: number, max: number) => `${count} of ${max} rules`,
  found: (shown: number, count: number) => `${shown} of ${count} rules match the filter`,
  columns: { priority: 'Priority', name: 'Rule', condition: 'Applies to', actions: 'Sets', active: 'Active' },
  priorityOf: (name: string) => `Priority of ${name}`,
  activeOf: (name: string) => `${name} is active`,
  everyMessage: 'every message',
  condition: { clientId: 'client', username: 'user', topic: 'topic' },
  sets: {
    responseTopic: 'reply to',
    correlationData: 'correlation',
    messageExpiryInterval: 'expires after',
    userProperties: 'user properties'
  },
  seconds: (seconds: number) => `${seconds} s`,
  overrides: 'overrides',
  edit: 'Edit',
  duplicate: 'Duplicate',
  delete: 'Delete…',
  moveUp: 'Move up',
  moveDown: 'Move down',
  moveFirst: 'Move to the top',
  moveLast: 'Move to the bottom',
  moveFailed: 'The order is as it was',
  switchFailed: (name: string) => `${name} is as it was`,
  deletion: {
    title: 'Delete a rule',
    text: (name: string) =>
      `Messages that are published from then on get nothing from ${name} any more: a requester that relies on it gets no replies. Messages under way keep what they have. This cannot be undone.`,
    act: 'Delete the rule',
    done: (name: string) => `${name} is deleted.`
  },
  empty: {
    title: 'No rule yet',
    text: 'A rule tells the service what to add to a message, so that an old requester gets a reply without knowing MQTT 5. Start from an example, or create it from a shell: put an API key with the scope rules:write into KEY first.',
    example: 'Start from an example',
    blank: 'Start from scratch'
  }
} as const

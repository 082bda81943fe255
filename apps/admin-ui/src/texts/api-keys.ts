export const apiKeysTexts = {
  title: 'API keys',
  about:
    'Keys let programs use the REST API in the name of this account. A key may do what its scopes say, and nothing else.',
  create: 'Create a key',
  caption: 'API keys of this account',
  empty: {
    title: 'No keys yet',
    text: 'Create a key for each program that uses the API, with no more scopes than it needs. With a key at hand, a list of the instances is one command:'
  },
  columns: {
    name: 'Name',
    key: 'Key',
    scopes: 'Scopes',
    created: 'Created',
    expires: 'Expires',
    lastUsed: 'Last used'
  },
  status: { active: 'active', expired: 'expired', revoked: 'revoked' },
  allScopes: 'everything',
  neverUsed: 'never',
  neverExpires: 'never',
  form: {
    title: 'Create an API key',
    name: 'Name',
    nameAbout: 'What will use it: 3 to 64 letters, digits, - or _',
    scopes: 'What it may do',
    scopesMissing: 'Choose at least one.',
    expiry: 'Valid for',
    expiries: { '30': '30 days', '90': '90 days', '365': 'a year', never: 'ever, until it is revoked' },
    submit: 'Create the key'
  },
  areas: {
    instances: { name: 'Instances', about: 'create, change, delete; live figures' },
    rules: { name: 'Rules', about: 'enhancement rules and dry runs' },
    access: { name: 'Users and policies', about: 'who gets in, and what they may do' },
    replies: { name: 'Reply jobs', about: 'waiting replies and dead letters' }
  },
  levels: { none: 'nothing', read: 'read', write: 'read and write' },
  created: {
    title: 'The new key',
    text: 'Copy it now: it is shown this once. Nobody can read it again, only revoke it.',
    done: 'I have copied it'
  },
  revoke: {
    act: 'Revoke',
    of: (name: string) => `Revoke ${name}`,
    title: 'Revoke an API key',
    text: 'Every request with this key is refused from now on. This cannot be taken back; whatever uses it needs a new key.'
  }
} as const

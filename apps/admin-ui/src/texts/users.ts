/** The users of an instance. */
export const usersTexts = {
  title: 'Users',
  about:
    'Who may connect to this instance with a username and a password. They are valid here and nowhere else.',
  caption: 'Users of this instance',
  create: 'New user',
  filter: 'Part of a username',
  columns: {
    username: 'Username',
    status: 'Status',
    remark: 'Remark',
    lastSeen: 'Last seen',
    created: 'Created'
  },
  status: { enabled: 'enabled', disabled: 'disabled' },
  neverSeen: 'never',
  nothingHere: 'There is nothing on this page any more.',
  anonymous: {
    title: 'Everybody gets in without being asked',
    text: 'This instance is open to anonymous clients: usernames are taken as they come, passwords are not looked at. Users are kept, and are asked again once anonymous access is off.',
    settings: 'Change it in the settings'
  },
  empty: {
    title: 'No users yet',
    text: 'Create one for each device, so that a single one can be locked out. Or create it from a shell: put an API key with the scope access:write into KEY first. The answer holds the password, this once.',
    textAnonymous:
      'Clients get in without a user at the moment. Create users before you switch anonymous access off, or from a shell: put an API key with the scope access:write into KEY first. The answer holds the password, this once.'
  },
  password: {
    legend: 'Password',
    generated: 'Make one',
    chosen: 'Choose one',
    generatedAbout: '192 random bits, shown once after you save.',
    label: 'Chosen password',
    characters: (min: number, max: number) => `${min} to ${max} characters`,
    tooShort: (min: number) => `At least ${min} characters.`
  },
  form: {
    title: 'New user',
    username: 'Username',
    usernameAbout: (max: number) => `1 to ${max} characters; it cannot be changed later.`,
    usernameMissing: 'Give the user a name.',
    remark: 'Remark',
    remarkAbout: 'For whoever reads this list, for instance where the device hangs.',
    submit: 'Create the user'
  },
  created: (username: string) => `${username} is created.`,
  shownOnce: {
    title: (username: string) => `The new password of ${username}`,
    text: 'Copy it now: it is shown only now. Nobody can read it again, only set another one.',
    password: 'the password',
    tryIt: 'With it, an MQTT client gets in:',
    command: 'a command that connects with it',
    done: 'I have copied it'
  },
  reset: {
    act: 'New password…',
    title: (username: string) => `A new password for ${username}`,
    text: 'The old password stops working. Connections that are open with it end within a second.',
    submit: 'Set the password',
    done: (username: string) => `${username} has the new password. Open connections end within a second.`
  },
  remark: {
    act: 'Edit the remark…',
    title: (username: string) => `Remark on ${username}`
  },
  disable: {
    act: 'Disable…',
    title: (username: string) => `Disable ${username}`,
    text: 'Connections of this user end within a second, and nobody gets in with the username until it is enabled again. The password stays.',
    submit: 'Disable the user',
    done: (username: string) => `${username} is disabled. Open connections end within a second.`
  },
  enable: {
    act: 'Enable',
    done: (username: string) => `${username} is enabled: the password of before is valid again.`,
    failed: (username: string) => `${username} is still disabled`
  },
  deletion: {
    act: 'Delete…',
    title: 'Delete a user',
    text: (username: string) =>
      `Connections of ${username} end within a second, and the password is forgotten. A user who is created later with the same name gets another one. This cannot be undone.`,
    submit: 'Delete the user',
    done: (username: string) => `${username} is deleted.`
  }
} as const

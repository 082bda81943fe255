/** The frame around the pages of one instance. */
export const instanceFrameTexts = {
  sections: 'Sections of this instance',
  home: 'Overview',
  rules: 'Rules',
  users: 'Users',
  policies: 'Policies',
  deadLetters: 'Dead letters',
  tryIt: 'Try it',
  settings: 'Settings',
  all: 'Instances',
  status: { running: 'running', suspended: 'suspended', deleting: 'deleting' }
} as const

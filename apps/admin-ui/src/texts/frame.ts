/** The frame around every page. */
export const frameTexts = {
  product: 'Parley',
  skipToContent: 'Skip to content',
  openNavigation: 'Open navigation',
  closeNavigation: 'Close navigation',
  mainNavigation: 'Main',
  instances: 'Instances',
  apiKeys: 'API keys',
  account: 'Account',
  apiDocumentation: 'API documentation',
  search: 'Go to…',
  searchShort: 'Go to',
  searchPlaceholder: 'Page, instance or action',
  searchNothing: 'Nothing has this name',
  palette: {
    within: (instance: string) => `In ${instance}`,
    pages: 'Pages',
    instances: 'Instances',
    actions: 'Actions',
    newInstance: 'Create an instance',
    light: 'Switch to light colours',
    dark: 'Switch to dark colours'
  },
  lightColours: 'Light colours',
  darkColours: 'Dark colours',
  signOut: 'Sign out',
  signedInAs: (email: string) => `Signed in as ${email}`,
  notFound: {
    title: 'There is no such page',
    text: 'The address leads nowhere: a link may be old, or what it led to was deleted.',
    back: 'Go to the instances'
  }
} as const

export const accountTexts = {
  title: 'Account',
  about: 'Who you are here, and how you get in.',
  email: 'Email',
  tenant: 'Account of',
  session: 'This session',
  until: 'ends without use',
  latest: 'ends in any case',
  password: {
    title: 'Change the password',
    about: 'All your other sessions end.',
    current: 'Current password',
    next: 'New password',
    nextAbout: (min: number) => `At least ${min} characters; a sentence is easier to remember than a riddle.`,
    repeat: 'New password once more',
    differs: 'The two are not the same.',
    tooShort: (min: number) => `At least ${min} characters.`,
    submit: 'Change the password',
    done: 'The password is changed. Other sessions have ended.'
  }
} as const

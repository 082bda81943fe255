export const signInTexts = {
  title: 'Sign in',
  about: 'Replies for devices that only acknowledge.',
  email: 'Email',
  password: 'Password',
  submit: 'Sign in',
  wrong: 'Email or password is wrong.',
  hint: 'A fresh npm start prints both, and keeps them in .parley/dev.json.'
} as const

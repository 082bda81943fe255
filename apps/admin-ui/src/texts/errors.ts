/** What to do about an error, by the code of the API. What is not here shows what the API said. */
export const errorTexts = {
  title: 'That did not work',
  whatToDo: {
    unreachable:
      'The service cannot be reached. Check your connection and that the API runs, then try again.',
    unavailable:
      'A part of the service is away at the moment. Nothing was changed; try again in a few seconds.',
    internal:
      'Something went wrong on our side and has been logged. Try again; if it stays, look into the log of the API.',
    unauthenticated: 'Your session is over. Sign in again; what you typed is still here.',
    forbidden: 'You may not do that. Ask whoever administers your account.',
    csrf_rejected: 'This page is out of date. Reload it and try again.',
    not_found: 'It is not there (any more). Go back and reload the list.',
    name_taken: 'The name is taken. Choose another one.',
    changed_meanwhile: 'Somebody else changed it meanwhile. Compare both versions and decide.',
    rate_limited: 'Too many attempts. Wait a moment, then try again.',
    invalid: 'Some fields need another value; each of them says which.'
  } as Record<string, string>,
  rateLimitedFor: (seconds: number) => `Too many attempts. Try again in ${seconds} s.`,
  unknown: 'The page met something it did not expect. Reload it; your saved work is safe.'
} as const

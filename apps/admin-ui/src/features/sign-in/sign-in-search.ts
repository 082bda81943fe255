/** Where to go after the sign-in. */
export interface SignInSearch {
  next?: string
}

/** Only a path of this site: `//elsewhere` and `/\elsewhere` are other sites to a browser. */
const ownPath = /^\/(?![/\\])/

export function signInSearch({ next }: Record<string, unknown>): SignInSearch {
  return typeof next === 'string' && ownPath.test(next) ? { next } : {}
}

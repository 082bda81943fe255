const prefix = 'parley/'

/** What was kept in this tab under a key; undefined: nothing, or nothing that can be read. */
export function readStored<T>(key: string): T | undefined {
  const text = sessionStorage.getItem(prefix + key)
  if (text === null) return undefined
  try {
    return JSON.parse(text) as T
  } catch {
    forgetStored(key)
    return undefined
  }
}

/** Keeps a value in this tab, also over a sign-in; without a word when the browser has no room for it. */
export function writeStored(key: string, value: unknown): void {
  try {
    sessionStorage.setItem(prefix + key, JSON.stringify(value))
  } catch {
    forgetStored(key)
  }
}

export function forgetStored(key: string): void {
  sessionStorage.removeItem(prefix + key)
}

/** For whoever signs out: the next person at this tab finds nothing. */
export function forgetAllStored(): void {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(prefix)) sessionStorage.removeItem(key)
}

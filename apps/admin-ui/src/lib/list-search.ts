/** Filter and place of a list, as they stand in the address bar. */
export interface ListSearch {
  q?: string
  status?: string
  state?: string
  cursor?: string
}

const names = ['q', 'status', 'state', 'cursor'] as const

/** Takes what is a text and leaves the rest: an address that somebody mangled still opens the list. */
export function listSearch(search: Record<string, unknown>): ListSearch {
  const taken: ListSearch = {}
  for (const name of names) {
    const value = search[name]
    // The router reads `?q=12` as a number.
    if (typeof value === 'string' ? value !== '' : typeof value === 'number') taken[name] = String(value)
  }
  return taken
}

/** Set on the way from the making of an instance to its home. */
export interface HomeSearch {
  created?: boolean
}

export function homeSearch({ created }: Record<string, unknown>): HomeSearch {
  return created === true ? { created } : {}
}

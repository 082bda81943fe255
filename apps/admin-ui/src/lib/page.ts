/** One page of a list of the API. */
export interface Page<T> {
  items: T[]
  nextCursor: string | null
}

export const pageSize = 20

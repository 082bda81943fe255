import { readCursor } from './page.js'

/** A place in a list that is ordered by priority, then age. */
export function priorityPosition(row: {
  priority: number
  createdAt: Date
  id: string
}): (string | number)[] {
  return [row.priority, row.createdAt.toISOString(), row.id]
}

/** What comes after a cursor of such a list. Throws `invalid`. */
export function afterPriority(cursor: string) {
  const [priority, createdAt, id] = readCursor(cursor, ['number', 'date', 'string']) as [
    number,
    string,
    string
  ]
  return {
    OR: [
      { priority: { gt: priority } },
      { priority, createdAt: { gt: createdAt } },
      { priority, createdAt, id: { gt: id } }
    ]
  }
}

import type { Announcements, UniqueIdentifier } from '@dnd-kit/core'
import { texts } from '../texts'

const words = texts.sortableList

/** What a screen reader says while a row is dragged, by names and places and not by ids. */
export function sortableAnnouncements(
  ids: readonly string[],
  nameOf: (id: UniqueIdentifier) => string
): Announcements {
  const place = (id: UniqueIdentifier) => ids.indexOf(String(id)) + 1
  return {
    onDragStart: ({ active }) => words.pickedUp(nameOf(active.id), place(active.id), ids.length),
    // A row that is picked up is over its own place at once: that must not take the word away that it is picked up.
    onDragOver: ({ active, over }) => {
      if (!over) return undefined
      const say = over.id === active.id ? words.pickedUp : words.over
      return say(nameOf(active.id), place(over.id), ids.length)
    },
    onDragEnd: ({ active, over }) =>
      over ? words.moved(nameOf(active.id), place(over.id), ids.length) : words.putBack(nameOf(active.id)),
    onDragCancel: ({ active }) => words.putBack(nameOf(active.id))
  }
}

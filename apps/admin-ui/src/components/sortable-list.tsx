import {
  closestCenter,
  DndContext,
  type DragEndEvent,
  KeyboardSensor,
  type Modifier,
  PointerSensor,
  type UniqueIdentifier,
  useSensor,
  useSensors
} from '@dnd-kit/core'
import {
  SortableContext,
  sortableKeyboardCoordinates,
  useSortable,
  verticalListSortingStrategy
} from '@dnd-kit/sortable'
import { CSS } from '@dnd-kit/utilities'
import { VisuallyHidden } from '@mantine/core'
import { IconGripVertical } from '@tabler/icons-react'
import { type KeyboardEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { moved } from '../lib/priorities'
import { texts } from '../texts'
import { sortableAnnouncements } from './sortable-announcements'
import classes from './sortable-list.module.css'

const words = texts.sortableList

export interface SortableListProps<Item> {
  /** Says what the rows are, to those who do not see the page. */
  label: string
  /** In their order. After `onMove` the list shows the new order until other items are given, the new ones or those of before. */
  items: readonly Item[]
  rowId: (item: Item) => string
  /** What announcements call a row. */
  rowName: (item: Item) => string
  renderRow: (item: Item, index: number) => ReactNode
  /** All items in their new order, and where the moved one is now. */
  onMove: (items: Item[], at: number) => void
  /** When the items are a part of a longer list: takes a move over their end, and true means that it did. */
  onMoveBeyond?: (item: Item, by: -1 | 1) => boolean
}

/** So far a pointer moves (px) before it drags: a click stays a click. */
const dragAfterPx = 4
const verticalOnly: Modifier = ({ transform }) => ({ ...transform, x: 0 })

/** An ordered list that is sorted by dragging, by Space and the arrow keys, or by Alt and an arrow key. */
export function SortableList<Item>(props: SortableListProps<Item>) {
  const { label, rowId, rowName, renderRow } = props
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: dragAfterPx } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates })
  )
  const { items, move } = useOrder(props)
  const { said, shift } = useShift(items, props, move)
  const ids = items.map(rowId)
  const placeOf = (id: UniqueIdentifier) => ids.indexOf(String(id))
  const drop = ({ active, over }: DragEndEvent) => {
    if (over && over.id !== active.id) move(placeOf(active.id), placeOf(over.id))
  }
  const accessibility = {
    announcements: sortableAnnouncements(ids, (id) => rowName(items[placeOf(id)]!)),
    screenReaderInstructions: { draggable: words.instructions }
  }
  return (
    <>
      <DndContext
        sensors={sensors}
        collisionDetection={closestCenter}
        modifiers={[verticalOnly]}
        accessibility={accessibility}
        onDragEnd={drop}
      >
        <SortableContext items={ids} strategy={verticalListSortingStrategy}>
          <ol className={classes.list} aria-label={label}>
            {items.map((item, index) => (
              <SortableRow
                key={rowId(item)}
                id={rowId(item)}
                index={index}
                name={rowName(item)}
                onShift={(by) => shift(index, by)}
              >
                {renderRow(item, index)}
              </SortableRow>
            ))}
          </ol>
        </SortableContext>
      </DndContext>
      <VisuallyHidden role="status">{said}</VisuallyHidden>
    </>
  )
}

/** What is shown: the new order from the moment of the move, so that no row jumps back until the owner has followed. */
function useOrder<Item>({ items, onMove }: SortableListProps<Item>) {
  const [order, setOrder] = useState<{ of: readonly Item[]; items: Item[] }>()
  // biome-ignore lint/correctness/useExhaustiveDependencies: other items end the order of before
  useEffect(() => setOrder(undefined), [items])
  const shown = order?.of === items ? order.items : items
  const move = (from: number, to: number) => {
    const reordered = moved(shown, from, to)
    setOrder({ of: items, items: reordered })
    onMove(reordered, to)
  }
  return { items: shown, move }
}

/** One place up or down without picking the row up first, and the words that say so. */
function useShift<Item>(
  items: readonly Item[],
  { rowName, onMoveBeyond }: SortableListProps<Item>,
  move: (from: number, to: number) => void
) {
  const [said, setSaid] = useState('')
  const shift = (index: number, by: -1 | 1) => {
    const to = index + by
    const name = rowName(items[index]!)
    if (to < 0 || to >= items.length) {
      if (onMoveBeyond?.(items[index]!, by)) return
      setSaid(by < 0 ? words.alreadyFirst(name) : words.alreadyLast(name))
      return
    }
    move(index, to)
    setSaid(words.moved(name, to + 1, items.length))
  }
  return { said, shift }
}

interface SortableRowProps {
  id: string
  index: number
  name: string
  onShift: (by: -1 | 1) => void
  children: ReactNode
}

function SortableRow({ id, index, name, onShift, children }: SortableRowProps) {
  const { attributes, listeners, setNodeRef, setActivatorNodeRef, transform, transition, isDragging } =
    useSortable({ id })
  const keepFocus = useKeptFocus(index)
  const shiftByKey = (event: KeyboardEvent) => {
    if (!event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return
    event.preventDefault()
    event.stopPropagation()
    keepFocus()
    onShift(event.key === 'ArrowUp' ? -1 : 1)
  }
  return (
    <li
      ref={setNodeRef}
      className={classes.row}
      data-row={id}
      data-dragging={isDragging || undefined}
      style={{ transform: CSS.Translate.toString(transform), transition }}
      onKeyDownCapture={shiftByKey}
    >
      {/* All handles are drawn anew at each step of a drag: nothing heavier than a button. */}
      <button
        {...attributes}
        {...listeners}
        type="button"
        ref={setActivatorNodeRef}
        className={classes.handle}
        aria-label={words.handle(name)}
        title={words.handleHint}
      >
        <IconGripVertical size={16} />
      </button>
      <div className={classes.content}>{children}</div>
    </li>
  )
}

/** A browser takes the focus from an element that changes its place in the page: what had it gets it back. */
function useKeptFocus(index: number): () => void {
  const kept = useRef<Element>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a change of place is what this waits for
  useEffect(() => {
    if (document.activeElement === document.body && kept.current instanceof HTMLElement) kept.current.focus()
    kept.current = null
  }, [index])
  return () => {
    kept.current = document.activeElement
  }
}

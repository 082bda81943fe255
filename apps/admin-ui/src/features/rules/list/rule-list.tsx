import { VisuallyHidden } from '@mantine/core'
import { type EnhancementRule, ruleBounds } from '@parley/contracts'
import { useMemo, useRef, useState } from 'react'
import { Pager } from '../../../components/pager'
import { SortableList } from '../../../components/sortable-list'
import { tellFailed } from '../../../lib/notify'
import { moved } from '../../../lib/priorities'
import { useGrowing } from '../../../lib/use-growing'
import { useReorder } from '../../../lib/use-reorder'
import { texts } from '../../../texts'
import { rulesKey, rulesQuery, savePriorities } from '../queries'
import { movedAmong } from './moved-among'
import type { Direction } from './rule-menu'
import { RuleRow, type RuleRowActions } from './rule-row'
import classes from './rule-row.module.css'
import { useRuleSwitch } from './use-rule-switch'

const words = texts.rules

export interface RuleListProps {
  instanceId: string
  /** All of them. */
  rules: EnhancementRule[]
  /** Those that the filter lets through. */
  shown: EnhancementRule[]
  /** Where this page begins among those that are shown. */
  offset: number
  /** To the page that begins there; undefined: the first. */
  onGo: (offset: string | undefined) => void
  onDelete: (rule: EnhancementRule) => void
}

/** As many as an instance may have unless its limit was raised. */
const rulesPerPage = 100

/** The rules, sorted by hand. What is moved within a filtered list goes beside the one that it was put beside. */
export function RuleList({ instanceId, rules, shown, offset, onGo, onDelete }: RuleListProps) {
  const count = useGrowing(Math.min(shown.length - offset, rulesPerPage))
  const visible = useMemo(() => shown.slice(offset, offset + count), [shown, offset, count])
  const reorder = useReorder<EnhancementRule>({
    listKey: rulesQuery(instanceId).queryKey,
    concerned: rulesKey(instanceId),
    priorityMax: ruleBounds.priorityMax,
    save: (priorities) => savePriorities(instanceId, priorities),
    onFailed: (error) => tellFailed(words.moveFailed, error)
  })
  const onMove = (items: EnhancementRule[], at: number) => {
    const { items: reordered, at: place } = movedAmong(rules, items, at)
    reorder(reordered, place)
  }
  const { said, move } = useMenuMoves(shown, onMove)
  const actions = useStableActions({ onSwitch: useRuleSwitch(instanceId), onMove: move, onDelete })
  const nextOffset = offset + rulesPerPage
  return (
    <>
      <div className={classes.head} aria-hidden="true">
        <span className={classes.priority}>{words.columns.priority}</span>
        <span>{words.columns.name}</span>
        <span>{words.columns.condition}</span>
        <span>{words.columns.actions}</span>
        <span>{words.columns.active}</span>
      </div>
      <SortableList
        label={words.list}
        items={visible}
        rowId={({ id }) => id}
        rowName={({ name }) => name}
        onMove={onMove}
        onMoveBeyond={(rule, by) => move(rule, by < 0 ? 'up' : 'down')}
        renderRow={(rule, index) => (
          <RuleRow
            instanceId={instanceId}
            rule={rule}
            isFirst={offset + index === 0}
            isLast={offset + index === shown.length - 1}
            actions={actions}
          />
        )}
      />
      <VisuallyHidden role="status">{said}</VisuallyHidden>
      <Pager
        cursor={offset > 0 ? String(offset) : undefined}
        nextCursor={nextOffset < shown.length ? String(nextOffset) : null}
        onGo={onGo}
      />
    </>
  )
}

/** Moves by the menu of a row, and the words that say so. */
function useMenuMoves(shown: EnhancementRule[], onMove: (items: EnhancementRule[], at: number) => void) {
  const [said, setSaid] = useState('')
  const move = (rule: EnhancementRule, direction: Direction) => {
    const place = shown.findIndex(({ id }) => id === rule.id)
    const to = { first: 0, up: place - 1, down: place + 1, last: shown.length - 1 }[direction]
    if (to < 0 || to >= shown.length) return false
    onMove(moved(shown, place, to), to)
    setSaid(texts.sortableList.moved(rule.name, to + 1, shown.length))
    return true
  }
  return { said, move }
}

/** The same object for good, which calls what is current: a row is not drawn anew because another one changed. */
function useStableActions(current: RuleRowActions): RuleRowActions {
  const latest = useRef(current)
  latest.current = current
  return useMemo(
    () => ({
      onSwitch: (rule, active) => latest.current.onSwitch(rule, active),
      onMove: (rule, direction) => latest.current.onMove(rule, direction),
      onDelete: (rule) => latest.current.onDelete(rule)
    }),
    []
  )
}

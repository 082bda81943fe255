import { Button, VisuallyHidden } from '@mantine/core'
import type { EnhancementRule } from '@parley/contracts'
import { useMemo, useRef, useState } from 'react'
import { SortableList } from '../../../components/sortable-list'
import { moved } from '../../../lib/priorities'
import { useGrowing } from '../../../lib/use-growing'
import { texts } from '../../../texts'
import { movedAmong } from './moved-among'
import type { Direction } from './rule-menu'
import { RuleRow, type RuleRowActions } from './rule-row'
import classes from './rule-row.module.css'
import { useReorder } from './use-reorder'
import { useRuleSwitch } from './use-rule-switch'

const words = texts.rules

export interface RuleListProps {
  instanceId: string
  /** All of them. */
  rules: EnhancementRule[]
  /** Those that the filter lets through. */
  shown: EnhancementRule[]
  onDelete: (rule: EnhancementRule) => void
}

/** The rules, sorted by hand. What is moved within a filtered list goes beside the one that it was put beside. */
export function RuleList({ instanceId, rules, shown, onDelete }: RuleListProps) {
  const { count, endRef, grow } = useGrowing()
  const visible = useMemo(() => shown.slice(0, count), [shown, count])
  const reorder = useReorder(instanceId)
  const onMove = (items: EnhancementRule[], at: number) => {
    const { items: reordered, at: place } = movedAmong(rules, items, at)
    reorder(reordered, place)
  }
  const { said, move } = useMenuMoves(shown, onMove)
  const actions = useStableActions({ onSwitch: useRuleSwitch(instanceId), onMove: move, onDelete })
  const hidden = shown.length - visible.length
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
        renderRow={(rule, index) => (
          <RuleRow
            instanceId={instanceId}
            rule={rule}
            isFirst={index === 0}
            isLast={index === shown.length - 1}
            actions={actions}
          />
        )}
      />
      <VisuallyHidden role="status">{said}</VisuallyHidden>
      {hidden > 0 && (
        <Button ref={endRef} variant="subtle" size="xs" mt="xs" onClick={grow}>
          {words.more(hidden)}
        </Button>
      )}
    </>
  )
}

/** Moves by the menu of a row, and the words that say so. */
function useMenuMoves(shown: EnhancementRule[], onMove: (items: EnhancementRule[], at: number) => void) {
  const [said, setSaid] = useState('')
  const move = (rule: EnhancementRule, direction: Direction) => {
    const place = shown.findIndex(({ id }) => id === rule.id)
    const to = { first: 0, up: place - 1, down: place + 1, last: shown.length - 1 }[direction]
    onMove(moved(shown, place, to), to)
    setSaid(texts.sortableList.moved(rule.name, to + 1, shown.length))
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

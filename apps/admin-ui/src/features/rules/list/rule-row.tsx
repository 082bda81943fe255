import { Switch, Text } from '@mantine/core'
import type { EnhancementRule } from '@parley/contracts'
import { memo } from 'react'
import { DeviceText } from '../../../components/device-text'
import { TextLink } from '../../../components/links'
import { texts } from '../../../texts'
import { type Direction, RuleMenu } from './rule-menu'
import classes from './rule-row.module.css'
import { ActionsSummary, ConditionSummary } from './rule-summary'

const words = texts.rules

export interface RuleRowActions {
  onSwitch: (rule: EnhancementRule, active: boolean) => void
  onMove: (rule: EnhancementRule, direction: Direction) => boolean
  onDelete: (rule: EnhancementRule) => void
}

export interface RuleRowProps {
  instanceId: string
  rule: EnhancementRule
  isFirst: boolean
  isLast: boolean
  actions: RuleRowActions
}

/** One rule of the list. */
export const RuleRow = memo(function RuleRow({ instanceId, rule, isFirst, isLast, actions }: RuleRowProps) {
  const { id: ruleId, name, remark, priority, status, condition, override } = rule
  return (
    <div className={classes.row}>
      <Text size="sm" c="dimmed" className={classes.priority} title={words.priorityOf(name)}>
        {priority}
      </Text>
      <div className={classes.name}>
        <TextLink
          to="/instances/$instanceId/rules/$ruleId"
          params={{ instanceId, ruleId }}
          size="sm"
          fw={600}
          className={classes.link}
        >
          {name}
        </TextLink>
        {remark && <DeviceText value={remark} ff="text" size="xs" c="dimmed" lineClamp={2} />}
      </div>
      <div className={classes.condition}>
        <ConditionSummary condition={condition} />
      </div>
      <div className={classes.actions}>
        <ActionsSummary actions={rule.actions} override={override} />
      </div>
      <Switch
        className={classes.switch}
        size="sm"
        withThumbIndicator={false}
        aria-label={words.activeOf(name)}
        checked={status === 'active'}
        onChange={(event) => actions.onSwitch(rule, event.currentTarget.checked)}
      />
      <div className={classes.menu}>
        <RuleMenu instanceId={instanceId} rule={rule} isFirst={isFirst} isLast={isLast} actions={actions} />
      </div>
    </div>
  )
})

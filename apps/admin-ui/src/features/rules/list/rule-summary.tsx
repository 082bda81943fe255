import { Group, Text } from '@mantine/core'
import type { RuleActions, RuleCondition } from '@parley/contracts'
import { DeviceText } from '../../../components/device-text'
import { texts } from '../../../texts'
import classes from './rule-summary.module.css'

const words = texts.rules
const conditionFields = ['topic', 'clientId', 'username'] as const
const anything = '*'

/** What a rule looks at, in short: what matches everything is not worth a word. */
export function ConditionSummary({ condition }: { condition: RuleCondition }) {
  const asked = conditionFields.filter((field) => condition[field] !== anything)
  if (asked.length === 0) return <Text size="sm">{words.everyMessage}</Text>
  return (
    <div className={classes.parts}>
      {asked.map((field) => (
        <Part key={field} label={words.condition[field]} value={condition[field]} />
      ))}
    </div>
  )
}

/** What a rule sets, in short. */
export function ActionsSummary({ actions, override }: { actions: RuleActions; override: boolean }) {
  const { responseTopic, correlationData, messageExpiryInterval, userProperties = [] } = actions
  const keys = userProperties.map(({ key }) => key).join(', ')
  return (
    <div className={classes.parts}>
      {responseTopic !== undefined && <Part label={words.sets.responseTopic} value={responseTopic} />}
      {correlationData !== undefined && <Part label={words.sets.correlationData} value={correlationData} />}
      {messageExpiryInterval !== undefined && (
        <Part label={words.sets.messageExpiryInterval} value={words.seconds(messageExpiryInterval)} />
      )}
      {userProperties.length > 0 && <Part label={words.sets.userProperties} value={keys} />}
      {override && (
        <Text size="xs" c="dimmed">
          {words.overrides}
        </Text>
      )}
    </div>
  )
}

function Part({ label, value }: { label: string; value: string }) {
  return (
    <Group gap={6} wrap="nowrap" className={classes.part}>
      <Text size="xs" c="dimmed" className={classes.label}>
        {label}
      </Text>
      <DeviceText value={value} truncate />
    </Group>
  )
}

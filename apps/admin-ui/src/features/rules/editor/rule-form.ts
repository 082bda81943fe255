import { anything, type RuleContent } from './rule-content'

/** A user property of the form; `key` of React needs an id of its own, as the key and the value may be anything. */
export interface PropertyRow {
  id: number
  key: string
  value: string
}

/** The editor's fields; an action that is empty is not set. */
export interface RuleForm {
  name: string
  remark: string
  active: boolean
  priority: number | string
  override: boolean
  condition: { clientId: string; username: string; topic: string }
  actions: {
    responseTopic: string
    correlationData: string
    messageExpiryInterval: number | string
    userProperties: PropertyRow[]
  }
}

let rows = 0

/** A row for the list of user properties. */
export function propertyRow(key = '', value = ''): PropertyRow {
  return { id: ++rows, key, value }
}

export function formOf({ status, actions, ...content }: RuleContent): RuleForm {
  const {
    responseTopic = '',
    correlationData = '',
    messageExpiryInterval = '',
    userProperties = []
  } = actions
  return {
    ...content,
    active: status === 'active',
    actions: {
      responseTopic,
      correlationData,
      messageExpiryInterval,
      userProperties: userProperties.map(({ key, value }) => propertyRow(key, value))
    }
  }
}

/** What the form says. Numbers that are none yet stay as they were typed: the API says what is wrong with them. */
export function contentOfForm({ active, priority, condition, actions, ...rest }: RuleForm): RuleContent {
  const { responseTopic, correlationData, messageExpiryInterval, userProperties } = actions
  const properties = writtenRows(userProperties).map(({ key, value }) => ({ key, value }))
  return {
    ...rest,
    status: active ? 'active' : 'inactive',
    priority: numberOf(priority),
    condition: {
      clientId: condition.clientId || anything,
      username: condition.username || anything,
      topic: condition.topic || anything
    },
    actions: {
      ...(responseTopic && { responseTopic }),
      ...(correlationData && { correlationData }),
      ...(messageExpiryInterval !== '' && { messageExpiryInterval: numberOf(messageExpiryInterval) }),
      ...(properties.length > 0 && { userProperties: properties })
    }
  }
}

/** A row that holds nothing yet is not part of the rule. */
export function writtenRows(userProperties: readonly PropertyRow[]): PropertyRow[] {
  return userProperties.filter(({ key, value }) => key !== '' || value !== '')
}

function numberOf(value: number | string): number {
  return typeof value === 'number' ? value : Number(value)
}

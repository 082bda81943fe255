import { Table, Text } from '@mantine/core'
import type { DryRunAnswer, DryRunField } from '@parley/contracts'
import { DeviceText } from '../../../components/device-text'
import { texts } from '../../../texts'
import classes from './rule-preview.module.css'
import { SetterName } from './setter-name'

const words = texts.rulePreview

interface Property {
  id: string
  name: string
  value: string
  ruleId: string | null | undefined
  /** The publisher's own gave way. */
  replaced: boolean | undefined
}

/** The properties that the message is delivered with, and who set each. */
export function ResultingProperties({ instanceId, answer }: { instanceId: string; answer: DryRunAnswer }) {
  const properties = propertiesOf(answer)
  if (properties.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        {words.noProperties}
      </Text>
    )
  }
  return (
    <Table verticalSpacing={4} horizontalSpacing="xs" layout="fixed" aria-label={words.result}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th w="30%">{words.property}</Table.Th>
          <Table.Th>{words.value}</Table.Th>
          <Table.Th w="26%">{words.setBy}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {properties.map(({ id, name, value, ruleId, replaced }) => (
          <Table.Tr key={id}>
            <Table.Td>
              <DeviceText value={name} ff="text" />
            </Table.Td>
            <Table.Td>
              <DeviceText value={value} className={classes.cell} />
            </Table.Td>
            <Table.Td className={classes.cell}>
              <SetterName instanceId={instanceId} rules={answer.rules} ruleId={ruleId} />
              {replaced && (
                <Text size="xs" c="dimmed">
                  {words.replaced}
                </Text>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

function propertiesOf(answer: DryRunAnswer): Property[] {
  const { properties, setBy } = answer
  const { responseTopic, messageExpiryInterval } = properties
  const expiry = messageExpiryInterval === undefined ? undefined : words.seconds(messageExpiryInterval)
  return [
    ...single(answer, 'responseTopic', responseTopic),
    ...single(answer, 'correlationData', correlationText(properties)),
    ...single(answer, 'messageExpiryInterval', expiry),
    ...properties.userProperties.map(({ key, value }, index) => ({
      id: `userProperties.${index}`,
      name: words.userProperty(key),
      value,
      ruleId: setBy.userProperties[index]?.ruleId,
      replaced: appliedFields(answer, setBy.userProperties[index]?.ruleId, 'userProperties')[
        placeAmongOwn(setBy.userProperties, index)
      ]?.replacedPublisher
    }))
  ]
}

function single(
  answer: DryRunAnswer,
  id: 'responseTopic' | 'correlationData' | 'messageExpiryInterval',
  value: string | undefined
): Property[] {
  if (value === undefined) return []
  const ruleId = answer.setBy[id]?.ruleId
  const replaced = appliedFields(answer, ruleId, id)[0]?.replacedPublisher
  return [{ id, name: words.properties[id], value, ruleId, replaced }]
}

function appliedFields({ rules }: DryRunAnswer, ruleId: Property['ruleId'], field: DryRunField['field']) {
  const rule = rules.find((one) => one.ruleId === ruleId)
  return rule?.fields.filter((one) => one.field === field && one.outcome === 'applied') ?? []
}

/** The how manieth user property of its setter this one is. */
function placeAmongOwn(setters: readonly { ruleId: string | null }[], index: number): number {
  return setters.slice(0, index).filter(({ ruleId }) => ruleId === setters[index]?.ruleId).length
}

function correlationText({
  correlationData,
  correlationDataBase64
}: DryRunAnswer['properties']): string | undefined {
  if (correlationData !== undefined) return correlationData
  return correlationDataBase64 === undefined ? undefined : words.base64(correlationDataBase64)
}

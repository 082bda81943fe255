import { ActionIcon, Button, NumberInput, Stack, Text, TextInput } from '@mantine/core'
import type { UserProperty } from '@parley/contracts'
import { IconPlus, IconX } from '@tabler/icons-react'
import { texts } from '../../../texts'
import { monospaceInput } from '../monospace-input'
import classes from './rule-preview.module.css'
import type { Sample } from './sample'

const words = texts.rulePreview
const plain = { size: 'xs', styles: monospaceInput, autoComplete: 'off', spellCheck: false } as const

/** What a client of 5.0 sets on its message itself. */
export function OwnProperties({ sample, onSample }: { sample: Sample; onSample: (sample: Sample) => void }) {
  const { properties } = sample
  const set = (changes: Partial<Sample['properties']>) =>
    onSample({ ...sample, properties: { ...properties, ...changes } })
  return (
    <Stack gap={6}>
      <Text size="xs" fw={600} mt={4}>
        {words.ownProperties}
      </Text>
      <TextInput
        {...plain}
        label={words.fields.responseTopic}
        value={properties.responseTopic}
        onChange={(event) => set({ responseTopic: event.currentTarget.value })}
      />
      <div className={classes.row}>
        <TextInput
          {...plain}
          label={words.fields.correlationData}
          value={properties.correlationData}
          onChange={(event) => set({ correlationData: event.currentTarget.value })}
        />
        <NumberInput
          {...plain}
          label={words.fields.messageExpiryInterval}
          min={0}
          allowDecimal={false}
          value={properties.messageExpiryInterval}
          onChange={(value) => set({ messageExpiryInterval: typeof value === 'number' ? value : '' })}
        />
      </div>
      <OwnUserProperties
        rows={properties.userProperties}
        onRows={(userProperties) => set({ userProperties })}
      />
    </Stack>
  )
}

interface OwnUserPropertiesProps {
  rows: UserProperty[]
  onRows: (rows: UserProperty[]) => void
}

function OwnUserProperties({ rows, onRows }: OwnUserPropertiesProps) {
  const set = (index: number, changes: Partial<UserProperty>) =>
    onRows(rows.map((row, at) => (at === index ? { ...row, ...changes } : row)))
  return (
    <Stack gap={4} align="stretch">
      <Text size="xs">{words.fields.userProperties}</Text>
      {rows.map(({ key, value }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two of them may say the same; their fields hold no state
        <div key={index} className={classes.property}>
          <TextInput
            {...plain}
            aria-label={words.ownKey(index + 1)}
            value={key}
            onChange={(event) => set(index, { key: event.currentTarget.value })}
          />
          <TextInput
            {...plain}
            aria-label={words.ownValue(index + 1)}
            value={value}
            onChange={(event) => set(index, { value: event.currentTarget.value })}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={words.removeOwn(index + 1)}
            onClick={() => onRows(rows.filter((_, at) => at !== index))}
          >
            <IconX size={16} />
          </ActionIcon>
        </div>
      ))}
      <div>
        <Button
          size="compact-xs"
          variant="default"
          leftSection={<IconPlus size={12} />}
          onClick={() => onRows([...rows, { key: '', value: '' }])}
        >
          {words.addOwn}
        </Button>
      </div>
    </Stack>
  )
}

import { Collapse, NativeSelect, Stack, Textarea, TextInput } from '@mantine/core'
import type { ProtocolVersion } from '@parley/contracts'
import { useMemo } from 'react'
import { texts } from '../../../texts'
import { monospaceInput } from '../monospace-input'
import { OwnProperties } from './own-properties'
import classes from './rule-preview.module.css'
import type { Sample } from './sample'

const words = texts.rulePreview
const versions: ProtocolVersion[] = ['3.1', '3.1.1', '5.0']
const qualities = ['0', '1', '2']
const payloadRowsMax = 12

/** The message to try a rule with. */
export function SampleForm({ sample, onSample }: { sample: Sample; onSample: (sample: Sample) => void }) {
  const set = (changes: Partial<Sample>) => onSample({ ...sample, ...changes })
  const isJson = useMemo(() => readsAsJson(sample.payload), [sample.payload])
  const plain = { size: 'xs', styles: monospaceInput, autoComplete: 'off', spellCheck: false } as const
  return (
    <Stack gap={6} component="fieldset" className={classes.sample} aria-label={words.sample}>
      <div className={classes.row}>
        <TextInput
          {...plain}
          label={words.fields.clientId}
          value={sample.clientId}
          onChange={(event) => set({ clientId: event.currentTarget.value })}
        />
        <TextInput
          {...plain}
          label={words.fields.username}
          placeholder={words.fields.usernameHint}
          value={sample.username}
          onChange={(event) => set({ username: event.currentTarget.value })}
        />
      </div>
      <div className={classes.narrow}>
        <TextInput
          {...plain}
          label={words.fields.topic}
          value={sample.topic}
          onChange={(event) => set({ topic: event.currentTarget.value })}
        />
        <NativeSelect
          size="xs"
          label={words.fields.protocolVersion}
          data={versions}
          value={sample.protocolVersion}
          onChange={(event) => set({ protocolVersion: event.currentTarget.value as ProtocolVersion })}
        />
        <NativeSelect
          size="xs"
          label={words.fields.qos}
          data={qualities}
          value={String(sample.qos)}
          onChange={(event) => set({ qos: Number(event.currentTarget.value) as Sample['qos'] })}
        />
      </div>
      <Textarea
        {...plain}
        label={words.fields.payload}
        description={isJson ? undefined : words.notJson}
        autosize
        minRows={2}
        maxRows={payloadRowsMax}
        value={sample.payload}
        onChange={(event) => set({ payload: event.currentTarget.value })}
      />
      <Collapse expanded={sample.protocolVersion === '5.0'}>
        <OwnProperties sample={sample} onSample={onSample} />
      </Collapse>
    </Stack>
  )
}

function readsAsJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

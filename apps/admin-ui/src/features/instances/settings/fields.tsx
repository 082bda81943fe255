import { NumberInput, Switch, Text, TextInput } from '@mantine/core'
import type { ReactNode } from 'react'
import { formatCount } from '../../../lib/format'
import { texts } from '../../../texts'
import type { SettingPath } from './edits'
import { type NumberPath, numberSettings } from './numbers'
import { inLargerUnit } from './quantities'
import { settingName } from './setting-texts'
import { useForm } from './use-settings-form'

const { units, range } = texts.settings
const unitWidth = 148
/** Beneath the field, so that fields side by side stand in line whatever is said of them. */
const order: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'error', 'description']

interface FieldProps<Path extends SettingPath = SettingPath> {
  path: Path
  /** What it does, in one sentence. */
  hint?: ReactNode
  disabled?: boolean
}

export function TextField({ path, hint }: FieldProps) {
  const { value, set, problems } = useForm()
  return (
    <TextInput
      label={settingName(path)}
      description={hint}
      inputWrapperOrder={order}
      error={problems[path]}
      autoComplete="off"
      spellCheck={false}
      value={String(value(path))}
      onChange={(event) => set(path, event.currentTarget.value)}
    />
  )
}

export function SwitchField({ path, hint, disabled = false }: FieldProps) {
  const { value, set, problems } = useForm()
  return (
    <Switch
      label={settingName(path)}
      description={hint}
      error={problems[path]}
      disabled={disabled}
      checked={value(path) === true}
      onChange={(event) => set(path, event.currentTarget.checked)}
    />
  )
}

/** A whole number with its unit; says its bounds and its default, and never corrects by itself what is typed. */
export function NumberField({ path, hint, disabled = false }: FieldProps<NumberPath>) {
  const { value, set, problems } = useForm()
  const current = value(path)
  const { minimum, maximum, unit } = numberSettings[path]
  const larger = typeof current === 'number' ? inLargerUnit(current, unit) : undefined
  return (
    <NumberInput
      label={settingName(path)}
      description={<NumberHint path={path} hint={hint} />}
      inputWrapperOrder={order}
      error={problems[path]}
      disabled={disabled}
      clampBehavior="none"
      allowDecimal={false}
      allowNegative={false}
      thousandSeparator=","
      hideControls
      min={minimum}
      max={maximum}
      value={typeof current === 'number' || typeof current === 'string' ? current : ''}
      onChange={(typed) => set(path, typed)}
      rightSection={
        <Text size="xs" c="dimmed" truncate>
          {larger ? `${units[unit]} · ${larger}` : units[unit]}
        </Text>
      }
      rightSectionWidth={unitWidth}
      rightSectionProps={{ style: { justifyContent: 'flex-end', paddingRight: 8 } }}
      rightSectionPointerEvents="none"
    />
  )
}

function NumberHint({ path, hint }: { path: NumberPath; hint: ReactNode }) {
  const { minimum, maximum, default: byDefault } = numberSettings[path]
  return (
    <>
      {hint}
      <br />
      {range(
        formatCount(minimum),
        formatCount(maximum),
        byDefault === undefined ? undefined : formatCount(byDefault)
      )}
    </>
  )
}

import { Checkbox, Group, NumberInput, Stack, Switch, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { bounds, ruleBounds } from '@parley/contracts'
import { texts } from '../../../texts'
import classes from './rule-editor.module.css'
import type { RuleErrors } from './rule-errors'
import type { RuleForm } from './rule-form'

const { fields: labels, hints } = texts.ruleEditor

export interface FieldsProps {
  form: UseFormReturnType<RuleForm>
  errors: RuleErrors
}

/** What a rule is called, when it applies among others, and whether. */
export function GeneralFields({ form, errors }: FieldsProps) {
  return (
    <Stack gap="sm">
      <div className={classes.pair}>
        <TextInput
          label={labels.name}
          description={hints.name}
          required
          withAsterisk={false}
          autoComplete="off"
          spellCheck={false}
          maxLength={bounds.name.maxCharacters}
          {...form.getInputProps('name')}
          error={errors.name}
        />
        <NumberInput
          label={labels.priority}
          description={hints.priority}
          min={0}
          max={ruleBounds.priorityMax}
          allowDecimal={false}
          clampBehavior="none"
          {...form.getInputProps('priority')}
          error={errors.priority}
        />
      </div>
      <TextInput
        label={labels.remark}
        autoComplete="off"
        maxLength={bounds.remark.maxCharacters}
        {...form.getInputProps('remark')}
        error={errors.remark}
      />
      <Group gap="xl" align="flex-start">
        <Switch
          label={labels.active}
          withThumbIndicator={false}
          {...form.getInputProps('active', { type: 'checkbox' })}
        />
        <Checkbox
          label={labels.override}
          description={hints.override}
          {...form.getInputProps('override', { type: 'checkbox' })}
        />
      </Group>
    </Stack>
  )
}

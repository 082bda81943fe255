import { NumberInput, Stack, Text } from '@mantine/core'
import { ruleBounds } from '@parley/contracts'
import { texts } from '../../../texts'
import { TemplateInput } from '../completion/template-input'
import { FieldGroup } from './field-group'
import type { FieldsProps } from './general-fields'
import { UserPropertyFields } from './user-property-fields'

const words = texts.ruleEditor

/** What a rule sets on the messages that it applies to. */
export function ActionFields({ form, errors }: FieldsProps) {
  return (
    <FieldGroup legend={words.actions} about={words.actionsAbout}>
      <Stack gap="xs">
        {errors.actions && (
          <Text role="alert" size="sm" c="var(--mantine-color-error)">
            {errors.actions}
          </Text>
        )}
        <TemplateInput
          label={words.fields.responseTopic}
          description={words.hints.responseTopic}
          {...form.getInputProps('actions.responseTopic')}
          error={errors['actions.responseTopic']}
        />
        <TemplateInput
          label={words.fields.correlationData}
          description={words.hints.correlationData}
          multiline
          {...form.getInputProps('actions.correlationData')}
          error={errors['actions.correlationData']}
        />
        <NumberInput
          label={words.fields.messageExpiryInterval}
          description={words.hints.messageExpiryInterval}
          suffix={` ${words.secondsSuffix}`}
          min={1}
          max={ruleBounds.messageExpiryIntervalMaxS}
          allowDecimal={false}
          clampBehavior="none"
          {...form.getInputProps('actions.messageExpiryInterval')}
          error={errors['actions.messageExpiryInterval']}
        />
        <UserPropertyFields form={form} errors={errors} />
      </Stack>
    </FieldGroup>
  )
}

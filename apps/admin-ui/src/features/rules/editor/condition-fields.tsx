import { Code, Stack, Text, TextInput } from '@mantine/core'
import { ruleBounds } from '@parley/contracts'
import { Fragment } from 'react'
import { texts } from '../../../texts'
import { monospaceInput } from '../monospace-input'
import wildcardClasses from './condition-fields.module.css'
import { FieldGroup } from './field-group'
import type { FieldsProps } from './general-fields'
import { anything } from './rule-content'

const words = texts.ruleEditor
const patterns = ['topic', 'clientId', 'username'] as const
const wildcards = ['*', '?', '+', '#'] as const

/** Which messages a rule applies to. */
export function ConditionFields({ form, errors }: FieldsProps) {
  return (
    <FieldGroup legend={words.condition} about={words.conditionAbout}>
      <Stack gap="xs">
        {patterns.map((field) => (
          <TextInput
            key={field}
            label={words.fields[field]}
            placeholder={anything}
            styles={monospaceInput}
            autoComplete="off"
            spellCheck={false}
            maxLength={ruleBounds.patternCharactersMax}
            {...form.getInputProps(`condition.${field}`)}
            error={errors[`condition.${field}`]}
          />
        ))}
        <dl className={wildcardClasses.wildcards} aria-label={words.wildcards}>
          {wildcards.map((wildcard) => (
            <Fragment key={wildcard}>
              <dt>
                <Code>{wildcard}</Code>
              </dt>
              <Text component="dd" size="xs" c="dimmed" m={0}>
                {words.wildcardsOf[wildcard]}
              </Text>
            </Fragment>
          ))}
        </dl>
      </Stack>
    </FieldGroup>
  )
}

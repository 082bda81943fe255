import {
  Checkbox,
  Fieldset,
  Group,
  Input,
  NumberInput,
  SegmentedControl,
  SimpleGrid,
  Stack,
  Switch,
  TextInput
} from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { bounds, policyBounds } from '@parley/contracts'
import type { ReactNode } from 'react'
import { texts } from '../../texts'
import type { PolicyValues } from './policy-values'

const { form: words, effects, actionNames } = texts.policies
const { patternCharactersMax, addressCharactersMax, priorityMax } = policyBounds
const qosLevels = ['0', '1', '2']

type PolicyForm = UseFormReturnType<PolicyValues>

/** Everything that a policy holds. */
export function PolicyFields({ form }: { form: PolicyForm }) {
  return (
    <Stack gap="sm">
      <TextInput
        data-autofocus
        autoComplete="off"
        label={words.name}
        description={words.nameAbout}
        maxLength={bounds.name.maxCharacters}
        {...form.getInputProps('name')}
      />
      <Group gap="lg" align="flex-start">
        <Choice label={words.effect} choices={effects} {...form.getInputProps('effect')} />
        <Checkbox.Group label={words.actions} {...form.getInputProps('actions')}>
          <Group gap="sm" mt={6}>
            {Object.entries(actionNames).map(([value, label]) => (
              <Checkbox key={value} size="xs" value={value} label={label} />
            ))}
          </Group>
        </Checkbox.Group>
      </Group>
      <ConditionFields form={form} />
      <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
        <NumberInput
          label={words.priority}
          description={words.priorityAbout(priorityMax)}
          min={0}
          max={priorityMax}
          allowDecimal={false}
          {...form.getInputProps('priority')}
        />
        <Input.Wrapper label={words.active} labelElement="div" description={words.activeAbout}>
          <Switch
            mt={6}
            aria-label={words.active}
            checked={form.values.status === 'active'}
            onChange={({ currentTarget }) =>
              form.setFieldValue('status', currentTarget.checked ? 'active' : 'inactive')
            }
          />
        </Input.Wrapper>
      </SimpleGrid>
      <TextInput
        autoComplete="off"
        label={words.remark}
        maxLength={bounds.remark.maxCharacters}
        {...form.getInputProps('remark')}
      />
    </Stack>
  )
}

function ConditionFields({ form }: { form: PolicyForm }) {
  const pattern = (field: 'clientId' | 'username' | 'topic') => ({
    autoComplete: 'off',
    spellCheck: false,
    placeholder: '*',
    maxLength: patternCharactersMax,
    styles: { input: { fontFamily: 'var(--mantine-font-family-monospace)' } },
    ...form.getInputProps(`condition.${field}`)
  })
  return (
    <Fieldset legend={words.conditionLegend}>
      <Stack gap="sm">
        <TextInput label={words.clientId} description={words.clientAbout} {...pattern('clientId')} />
        <TextInput label={words.username} description={words.patternAbout} {...pattern('username')} />
        <TextInput
          label={words.address}
          description={words.addressAbout}
          autoComplete="off"
          spellCheck={false}
          maxLength={addressCharactersMax}
          {...form.getInputProps('condition.address')}
        />
        <TextInput label={words.topic} description={words.topicAbout} {...pattern('topic')} />
        <Group gap="lg" align="flex-start">
          <Checkbox.Group label={words.qos} {...form.getInputProps('condition.qos')}>
            <Group gap="sm" mt={6}>
              {qosLevels.map((level) => (
                <Checkbox key={level} size="xs" value={level} label={level} />
              ))}
            </Group>
          </Checkbox.Group>
          <Choice
            label={words.retain}
            about={words.retainAbout}
            choices={words.retains}
            {...form.getInputProps('condition.retain')}
          />
        </Group>
      </Stack>
    </Fieldset>
  )
}

interface ChoiceProps {
  label: string
  about?: string
  choices: Record<string, string>
  value?: string
  onChange?: (value: string) => void
  error?: ReactNode
}

/** One of a few words. */
function Choice({ label, about, choices, value, onChange, error }: ChoiceProps) {
  return (
    <Input.Wrapper label={label} labelElement="div" description={about} error={error}>
      <div>
        <SegmentedControl
          mt={4}
          size="xs"
          aria-label={label}
          data={Object.entries(choices).map(([choice, text]) => ({ value: choice, label: text }))}
          {...(value !== undefined && { value })}
          {...(onChange && { onChange })}
        />
      </div>
    </Input.Wrapper>
  )
}

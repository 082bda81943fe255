import { Button, Group, Modal, SegmentedControl, Select, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { ApiKeyWithSecret } from '@parley/contracts'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { CodeBlock } from '../../components/code-block'
import { ErrorPanel } from '../../components/error-panel'
import { FormButtons } from '../../components/form-buttons'
import { fieldErrors } from '../../lib/field-errors'
import { texts } from '../../texts'
import classes from './new-api-key.module.css'
import { createApiKey } from './queries'
import { type Area, areas, type Grants, type Level, noGrants, scopesOf } from './scopes'

const words = texts.apiKeys
const msPerDay = 86_400_000
const levels = (['none', 'read', 'write'] as const).map((value) => ({ value, label: words.levels[value] }))
const expiries = Object.entries(words.form.expiries).map(([value, label]) => ({ value, label }))

interface Values {
  name: string
  grants: Grants
  expiry: string
}

/** Makes a key, and shows its secret once. */
export function NewApiKey({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const [created, setCreated] = useState<ApiKeyWithSecret>()
  const close = () => {
    onClose()
    setCreated(undefined)
  }
  return (
    <Modal
      opened={opened}
      onClose={close}
      size="lg"
      title={created ? words.created.title : words.form.title}
      // The secret is gone when this closes: a click beside it must not do that.
      closeOnClickOutside={!created}
      closeButtonProps={{ 'aria-label': texts.words.close }}
    >
      {created ? (
        <Secret apiKey={created} onDone={close} />
      ) : (
        <Form onCreated={setCreated} onCancel={close} />
      )}
    </Modal>
  )
}

function Secret({ apiKey, onDone }: { apiKey: ApiKeyWithSecret; onDone: () => void }) {
  return (
    <Stack gap="sm">
      <Text size="sm">{words.created.text}</Text>
      <CodeBlock code={apiKey.key} what={apiKey.name} />
      <Group justify="flex-end">
        <Button onClick={onDone}>{words.created.done}</Button>
      </Group>
    </Stack>
  )
}

function Form({ onCreated, onCancel }: { onCreated: (key: ApiKeyWithSecret) => void; onCancel: () => void }) {
  const form = useForm<Values>({
    initialValues: { name: '', grants: noGrants, expiry: '90' },
    validate: { grants: (grants) => (scopesOf(grants).length > 0 ? null : words.form.scopesMissing) }
  })
  const creation = useMutation({
    mutationFn: ({ name, grants, expiry }: Values) =>
      createApiKey({ name, scopes: scopesOf(grants), expiresAt: expiryOf(expiry) }),
    onSuccess: onCreated,
    onError: (error) => form.setErrors(fieldErrors(error))
  })
  return (
    <form onSubmit={form.onSubmit((values) => creation.mutate(values))} noValidate>
      <Stack gap="sm">
        <TextInput
          data-autofocus
          autoComplete="off"
          label={words.form.name}
          description={words.form.nameAbout}
          {...form.getInputProps('name')}
        />
        <fieldset className={classes.scopes}>
          <Text component="legend" size="sm" fw={500}>
            {words.form.scopes}
          </Text>
          {areas.map((area) => (
            <AreaLevel
              key={area}
              area={area}
              level={form.values.grants[area]}
              onChange={(level) => form.setFieldValue(`grants.${area}`, level)}
            />
          ))}
          {form.errors.grants && (
            <Text role="alert" size="xs" c="var(--mantine-color-error)">
              {form.errors.grants}
            </Text>
          )}
        </fieldset>
        <Select
          label={words.form.expiry}
          data={expiries}
          allowDeselect={false}
          comboboxProps={{ withinPortal: false }}
          {...form.getInputProps('expiry')}
        />
        {creation.error && <ErrorPanel error={creation.error} />}
        <FormButtons submit={words.form.submit} pending={creation.isPending} onCancel={onCancel} />
      </Stack>
    </form>
  )
}

function AreaLevel({
  area,
  level,
  onChange
}: {
  area: Area
  level: Level
  onChange: (level: Level) => void
}) {
  const { name, about } = words.areas[area]
  return (
    <Group justify="space-between" gap="xs" py={4}>
      <div>
        <Text size="sm">{name}</Text>
        <Text size="xs" c="dimmed">
          {about}
        </Text>
      </div>
      <SegmentedControl
        size="xs"
        aria-label={name}
        data={levels}
        value={level}
        onChange={(value) => onChange(value as Level)}
      />
    </Group>
  )
}

function expiryOf(days: string): string | null {
  return days === 'never' ? null : new Date(Date.now() + Number(days) * msPerDay).toISOString()
}

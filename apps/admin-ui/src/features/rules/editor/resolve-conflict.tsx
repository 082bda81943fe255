import { Button, Group, Modal, Radio, Stack, Text } from '@mantine/core'
import type { EnhancementRule } from '@parley/contracts'
import { useState } from 'react'
import { ErrorPanel } from '../../../components/error-panel'
import { texts } from '../../../texts'
import { fieldText } from './field-text'
import { FieldValue } from './field-value'
import { merged, type Side, sideOf, touchedFields, type Versions } from './merge'
import classes from './resolve-conflict.module.css'
import { changedFields, contentOf, type FieldName, isSame, type RuleContent } from './rule-content'

const words = texts.ruleEditor

type Choices = Partial<Record<FieldName, Side>>

export interface ResolveConflictProps {
  base: RuleContent
  mine: RuleContent
  theirs: EnhancementRule
  pending: boolean
  error: unknown
  /** Saves what came out over their version. */
  onSave: (content: RuleContent) => void
  onClose: () => void
}

/** Two people changed one rule: three versions side by side, and a choice for each field that both changed. */
export function ResolveConflict({
  base,
  mine,
  theirs,
  pending,
  error,
  onSave,
  onClose
}: ResolveConflictProps) {
  const [choices, setChoices] = useState<Choices>({})
  const versions = { base, mine, theirs: contentOf(theirs) }
  const fields = touchedFields(versions)
  const open = fields.filter((field) => !choices[field] && !sideOf(versions, field))
  const result = merged(versions, choices)
  const nothingLeft = result !== undefined && changedFields(versions.theirs, result).length === 0
  const takeAll = (side: Side) => setChoices(Object.fromEntries(fields.map((field) => [field, side])))
  return (
    <Modal
      opened
      onClose={onClose}
      title={words.conflict.title}
      size="70rem"
      closeButtonProps={{ 'aria-label': texts.words.close }}
    >
      <Stack gap="sm">
        <Text size="sm">{words.conflict.about}</Text>
        <Group gap="xs">
          <Button data-autofocus size="compact-sm" variant="default" onClick={() => takeAll('mine')}>
            {words.conflict.allMine}
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => takeAll('theirs')}>
            {words.conflict.allTheirs}
          </Button>
        </Group>
        {fields.map((field) => (
          <FieldChoice
            key={field}
            field={field}
            versions={versions}
            side={choices[field] ?? sideOf(versions, field)}
            onChoose={(side) => setChoices((before) => ({ ...before, [field]: side }))}
          />
        ))}
        {error ? <ErrorPanel error={error} /> : null}
        <Group justify="flex-end" gap="xs">
          <Text size="sm" c="dimmed" role="status">
            {open.length > 0 ? words.conflict.open(open.length) : nothingLeft ? words.conflict.same : ''}
          </Text>
          <Button variant="default" onClick={onClose}>
            {texts.words.cancel}
          </Button>
          <Button disabled={!result} loading={pending} onClick={() => result && onSave(result)}>
            {words.conflict.save}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

interface FieldChoiceProps {
  field: FieldName
  versions: Versions
  side: Side | undefined
  onChoose: (side: Side) => void
}

function FieldChoice({ field, versions, side, onChoose }: FieldChoiceProps) {
  const label = words.fields[field]
  const both = isSame(versions.mine, versions.theirs, field)
  return (
    <Radio.Group
      value={side ?? ''}
      onChange={(value) => onChoose(value as Side)}
      label={label}
      className={classes.field}
      data-open={side === undefined || undefined}
    >
      <div className={classes.versions}>
        <div>
          <Text size="xs" c="dimmed">
            {words.conflict.base}
          </Text>
          <FieldValue text={fieldText(versions.base, field)} />
        </div>
        {(['mine', 'theirs'] as const).map((one) => (
          <Radio.Card key={one} value={one} disabled={both} className={classes.card} p="xs">
            <Group gap="xs" wrap="nowrap" align="flex-start">
              <Radio.Indicator size="xs" />
              <div className={classes.cardValue}>
                <Text size="xs" c="dimmed">
                  {words.conflict[one]}
                </Text>
                <FieldValue text={fieldText(versions[one], field)} />
              </div>
            </Group>
          </Radio.Card>
        ))}
      </div>
    </Radio.Group>
  )
}

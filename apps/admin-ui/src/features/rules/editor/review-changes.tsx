import { Button, Group, Modal, Stack, Table, Text } from '@mantine/core'
import { ErrorPanel } from '../../../components/error-panel'
import { texts } from '../../../texts'
import { fieldText } from './field-text'
import { MarkedValue } from './field-value'
import classes from './review-changes.module.css'
import { changedFields, type RuleContent } from './rule-content'
import { wordDiff } from './word-diff'

const words = texts.ruleEditor

export interface ReviewChangesProps {
  opened: boolean
  before: RuleContent
  after: RuleContent
  pending: boolean
  error: unknown
  onSave: () => void
  onClose: () => void
}

/** What a save would change, field by field, before it is saved. */
export function ReviewChanges(props: ReviewChangesProps) {
  const { opened, before, after, pending, error, onSave, onClose } = props
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title={words.diff.title}
      size="xl"
      closeButtonProps={{ 'aria-label': texts.words.close }}
    >
      <Stack gap="sm">
        <Text size="sm">{words.diff.about(before.name)}</Text>
        <Changes before={before} after={after} />
        {error ? <ErrorPanel error={error} /> : null}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {texts.words.cancel}
          </Button>
          <Button data-autofocus loading={pending} onClick={onSave}>
            {words.diff.save}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

function Changes({ before, after }: { before: RuleContent; after: RuleContent }) {
  const { field: fieldLabel, before: beforeLabel, after: afterLabel } = words.diff
  return (
    <Table verticalSpacing={6} layout="fixed" className={classes.changes}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col" w="22%">
            {fieldLabel}
          </Table.Th>
          <Table.Th scope="col">{beforeLabel}</Table.Th>
          <Table.Th scope="col">{afterLabel}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {changedFields(before, after).map((field) => {
          const parts = wordDiff(fieldText(before, field) ?? '', fieldText(after, field) ?? '')
          return (
            <Table.Tr key={field}>
              <Table.Th scope="row">{words.fields[field]}</Table.Th>
              <Table.Td>
                <MarkedValue parts={parts} side="before" />
              </Table.Td>
              <Table.Td>
                <MarkedValue parts={parts} side="after" />
              </Table.Td>
            </Table.Tr>
          )
        })}
      </Table.Tbody>
    </Table>
  )
}

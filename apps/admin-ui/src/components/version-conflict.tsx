import { Alert, Button, Group, Stack, Table, Text, VisuallyHidden } from '@mantine/core'
import { IconGitCompare } from '@tabler/icons-react'
import { texts } from '../texts'
import { DeviceText } from './device-text'

const words = texts.versionConflict

/** One field of a version, as a person reads it. */
export interface FieldText {
  label: string
  value: string
}

export interface VersionConflictProps {
  /** The same fields in the same order as in `theirs`. */
  mine: readonly FieldText[]
  theirs: readonly FieldText[]
  onKeepMine: () => void
  onTakeTheirs: () => void
  pending: boolean
}

/** After a 412: both versions where they differ, and the choice between them. */
export function VersionConflict({ mine, theirs, onKeepMine, onTakeTheirs, pending }: VersionConflictProps) {
  const differing = mine.filter(({ value }, index) => value !== theirs[index]?.value)
  return (
    <Alert
      role="alert"
      color="orange"
      variant="light"
      icon={<IconGitCompare />}
      title={words.title}
      data-autofocus
      tabIndex={-1}
    >
      <Stack gap="xs">
        <Text size="sm">{differing.length > 0 ? words.text : words.same}</Text>
        {differing.length > 0 && <Differences mine={differing} theirs={theirs} />}
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={onTakeTheirs}>
            {words.takeTheirs}
          </Button>
          <Button size="xs" loading={pending} onClick={onKeepMine}>
            {words.keepMine}
          </Button>
        </Group>
      </Stack>
    </Alert>
  )
}

function Differences({ mine, theirs }: Pick<VersionConflictProps, 'mine' | 'theirs'>) {
  const saved = new Map(theirs.map(({ label, value }) => [label, value]))
  return (
    <Table verticalSpacing={2} layout="fixed">
      <caption>
        <VisuallyHidden>{words.caption}</VisuallyHidden>
      </caption>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col" w="25%">
            {words.field}
          </Table.Th>
          <Table.Th scope="col">{words.mine}</Table.Th>
          <Table.Th scope="col">{words.theirs}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {mine.map(({ label, value }) => (
          <Table.Tr key={label}>
            <Table.Th scope="row" fw={500}>
              {label}
            </Table.Th>
            <Table.Td>
              <DeviceText value={value} />
            </Table.Td>
            <Table.Td>
              <DeviceText value={saved.get(label) ?? ''} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  )
}

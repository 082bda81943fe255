import { Checkbox, Table } from '@mantine/core'
import { texts } from '../texts'

/** Which rows of a table are chosen, by their ids. */
export interface RowSelection {
  selected: ReadonlySet<string>
  onChange: (selected: ReadonlySet<string>) => void
}

/** In the head of a table: chooses all rows that are shown, or none. */
export function SelectAll({ ids, selection }: { ids: readonly string[]; selection: RowSelection }) {
  const { selected, onChange } = selection
  const chosen = ids.filter((id) => selected.has(id)).length
  const all = ids.length > 0 && chosen === ids.length
  return (
    <Table.Th w={36}>
      <Checkbox
        size="xs"
        aria-label={texts.words.selectAll}
        checked={all}
        indeterminate={chosen > 0 && !all}
        disabled={ids.length === 0}
        onChange={() => onChange(new Set(all ? [] : ids))}
      />
    </Table.Th>
  )
}

/** Before a row: chooses this one. */
export function SelectRow({ id, name, selection }: { id: string; name: string; selection: RowSelection }) {
  const { selected, onChange } = selection
  const toggle = () => {
    const next = new Set(selected)
    if (!next.delete(id)) next.add(id)
    onChange(next)
  }
  return (
    <Table.Td>
      <Checkbox
        size="xs"
        aria-label={texts.words.selectRow(name)}
        checked={selected.has(id)}
        onChange={toggle}
      />
    </Table.Td>
  )
}

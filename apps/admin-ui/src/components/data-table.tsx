import { Skeleton, Table, VisuallyHidden } from '@mantine/core'
import { type ColumnDef, tableFeatures, useTable } from '@tanstack/react-table'
import classes from './data-table.module.css'
import { type RowSelection, SelectAll, SelectRow } from './row-selection'

const features = tableFeatures({})
const minWidthDefault = 560
const skeletonKeys = [1, 2, 3, 4, 5]

/** Columns of a table of these rows; keep them at module scope or in a memo. */
// biome-ignore lint/suspicious/noExplicitAny: each column has a value type of its own
export type Columns<Row extends object> = ColumnDef<typeof features, Row, any>[]

export interface DataTableProps<Row extends object> {
  /** Says what the rows are, to those who do not see the page. */
  caption: string
  columns: Columns<Row>
  /** Undefined: on their way. Keep the same array while the rows are the same. */
  rows: Row[] | undefined
  rowId: (row: Row) => string
  /** Narrower than so many pixels it scrolls. */
  minWidth?: number
  /** How many rows stand in while the real ones are on their way: up to 5, and 5 when left out. */
  skeletonRows?: number
  /** With it, rows can be chosen; `nameOf` tells their checkboxes apart. */
  selection?: RowSelection & { nameOf: (row: Row) => string }
}

const noRows: never[] = []

/** A dense list. On a narrow screen it scrolls sideways by itself. */
export function DataTable<Row extends object>({
  caption,
  columns,
  rows,
  rowId,
  minWidth = minWidthDefault,
  skeletonRows = skeletonKeys.length,
  selection
}: DataTableProps<Row>) {
  const table = useTable({ features, columns, data: rows ?? noRows, getRowId: rowId })
  return (
    <Table.ScrollContainer
      minWidth={minWidth}
      type="native"
      // What is hidden from sight stays within: outside it would widen the page.
      pos="relative"
      tabIndex={0}
    >
      <Table verticalSpacing={6} highlightOnHover aria-busy={rows === undefined}>
        <caption>
          <VisuallyHidden>{caption}</VisuallyHidden>
        </caption>
        <Table.Thead>
          {table.getHeaderGroups().map((group) => (
            <Table.Tr key={group.id}>
              {selection && <SelectAll ids={(rows ?? noRows).map(rowId)} selection={selection} />}
              {group.headers.map((header) => (
                <Table.Th key={header.id} scope="col" className={classes.head}>
                  <table.FlexRender header={header} />
                </Table.Th>
              ))}
            </Table.Tr>
          ))}
        </Table.Thead>
        <Table.Tbody>
          {rows === undefined
            ? skeletonKeys.slice(0, skeletonRows).map((row) => (
                <Table.Tr key={row}>
                  {selection && <Table.Td />}
                  {columns.map((column, index) => (
                    <Table.Td key={column.id ?? index}>
                      <Skeleton height={16} />
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))
            : table.getRowModel().rows.map((row) => (
                <Table.Tr key={row.id} data-row={row.id}>
                  {selection && (
                    <SelectRow id={row.id} name={selection.nameOf(row.original)} selection={selection} />
                  )}
                  {row.getAllCells().map((cell) => (
                    <Table.Td key={cell.id}>
                      <table.FlexRender cell={cell} />
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}

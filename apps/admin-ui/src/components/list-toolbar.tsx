import { CloseButton, Group, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconFilter } from '@tabler/icons-react'
import { type ReactNode, useEffect, useState } from 'react'
import { texts } from '../texts'

const typingPauseMs = 250

export interface ListToolbarProps {
  /** What stands in the address bar. */
  q: string | undefined
  /** Called when typing pauses. */
  onFilter: (q: string | undefined) => void
  /** What the filter looks at. */
  label: string
  /** More filters, and buttons. */
  children?: ReactNode
}

/** The filter above a list. Its value lives in the address bar; what is typed gets there when typing pauses. */
export function ListToolbar({ q = '', onFilter, label, children }: ListToolbarProps) {
  const [typed, setTyped] = useState(q)
  const apply = useDebouncedCallback((value: string) => onFilter(value || undefined), typingPauseMs)
  useEffect(() => setTyped(q), [q])
  const change = (value: string) => {
    setTyped(value)
    apply(value)
  }
  return (
    <Group gap="xs" mb="sm">
      <TextInput
        size="xs"
        w={{ base: '100%', xs: 280 }}
        aria-label={label}
        placeholder={label}
        leftSection={<IconFilter size={14} />}
        rightSection={
          typed && <CloseButton size="xs" aria-label={texts.words.clearFilter} onClick={() => change('')} />
        }
        value={typed}
        onChange={(event) => change(event.currentTarget.value)}
      />
      {children}
    </Group>
  )
}

import { Button, Group } from '@mantine/core'
import { texts } from '../texts'

export interface PagerProps {
  /** Where this page begins; undefined: the first. */
  cursor: string | undefined
  /** Where the next one begins; null: this is the last. */
  nextCursor: string | null | undefined
  onGo: (cursor: string | undefined) => void
}

/** Leads through the pages of a list; the browser's Back goes back. Nothing when there is only one page. */
export function Pager({ cursor, nextCursor, onGo }: PagerProps) {
  if (!cursor && !nextCursor) return null
  return (
    <Group gap="xs" mt="sm" justify="flex-end">
      <Button size="xs" variant="default" disabled={!cursor} onClick={() => onGo(undefined)}>
        {texts.words.firstPage}
      </Button>
      <Button
        size="xs"
        variant="default"
        disabled={!nextCursor}
        onClick={() => onGo(nextCursor ?? undefined)}
      >
        {texts.words.nextPage}
      </Button>
    </Group>
  )
}

import { Badge } from '@mantine/core'

export interface DotBadgeProps {
  /** Of the dot, by its name in the theme. */
  colour: string
  children: string
}

/** A state by its word; the colour says nothing that the word does not. */
export function DotBadge({ colour, children }: DotBadgeProps) {
  return (
    <Badge variant="default" size="sm" miw="max-content" leftSection={<Dot colour={colour} />}>
      {children}
    </Badge>
  )
}

function Dot({ colour }: { colour: string }) {
  return (
    <svg width="8" height="8" aria-hidden="true">
      <circle cx="4" cy="4" r="4" fill={`var(--mantine-color-${colour}-6)`} />
    </svg>
  )
}

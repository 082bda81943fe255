import { Paper, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { CodeBlock } from './code-block'

export interface EmptyStateProps {
  title: string
  /** What comes next, and why. */
  text: string
  /** A command that does the next step, ready to be copied. */
  command?: string
  action?: ReactNode
}

/** In the place of a list that holds nothing yet: teaches the next step. */
export function EmptyState({ title, text, command, action }: EmptyStateProps) {
  return (
    <Paper withBorder p="lg">
      <Stack gap="sm" align="flex-start">
        <Title order={2} size="h2">
          {title}
        </Title>
        <Text size="sm" c="dimmed" maw="70ch">
          {text}
        </Text>
        {action}
        {command && <CodeBlock code={command} />}
      </Stack>
    </Paper>
  )
}

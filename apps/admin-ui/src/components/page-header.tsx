import { Box, Group, Text, Title } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import type { ReactNode } from 'react'
import { texts } from '../texts'

export interface PageHeaderProps {
  title: string
  /** One sentence: what this page is for. */
  about?: ReactNode
  /** Buttons at the right. */
  actions?: ReactNode
  /** 1 for a page of its own, 2 for a page within the frame of an instance. */
  order?: 1 | 2
}

/** The head of a page; names the browser's tab as well. */
export function PageHeader({ title, about, actions, order = 1 }: PageHeaderProps) {
  useDocumentTitle(`${title} · ${texts.frame.product}`)
  return (
    <Group justify="space-between" align="flex-end" gap="sm" mb="md">
      <Box>
        <Title order={order} size={order === 1 ? 'h1' : 'h2'}>
          {title}
        </Title>
        {about && (
          <Text size="sm" c="dimmed" maw="70ch">
            {about}
          </Text>
        )}
      </Box>
      {actions && <Group gap="xs">{actions}</Group>}
    </Group>
  )
}

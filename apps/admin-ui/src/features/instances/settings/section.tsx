import { Paper, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './settings.module.css'

export interface SectionProps {
  /** Of the link that leads here. */
  id: string
  title: string
  about?: string
  children: ReactNode
}

/** One part of the settings. */
export function Section({ id, title, about, children }: SectionProps) {
  return (
    <Paper
      component="section"
      id={id}
      withBorder
      p="md"
      aria-labelledby={`${id}-title`}
      className={classes.section}
    >
      <Title order={3} size="h2" id={`${id}-title`} mb={about ? 2 : 'sm'}>
        {title}
      </Title>
      {about && (
        <Text size="sm" c="dimmed" mb="sm" maw="80ch">
          {about}
        </Text>
      )}
      <Stack gap="md">{children}</Stack>
    </Paper>
  )
}

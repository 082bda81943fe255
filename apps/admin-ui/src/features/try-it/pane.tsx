import { Badge, Button, Group, Paper, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { texts } from '../../texts'
import type { LinkState } from './link'
import { LinkBadge } from './link-badge'
import { LinkTrouble } from './link-trouble'
import type { Role } from './stage'
import type { TryOut } from './use-try-it'

const { link } = texts.tryIt

export interface PaneProps {
  tryOut: TryOut
  side: Role
  title: string
  /** The protocol that it speaks. */
  badge: string
  about: string
  /** What it does besides connecting. */
  actions?: ReactNode
  children: ReactNode
}

/** One of the two clients: who it is, whether it is connected, and its fields. */
export function Pane({ tryOut, side, title, badge, about, actions, children }: PaneProps) {
  const state = tryOut.stage.links[side]
  return (
    <Paper withBorder p="md" component="section" aria-label={title}>
      <Stack gap="sm">
        <Group justify="space-between" gap="xs">
          <Group gap="xs">
            <Title order={3} size="h3">
              {title}
            </Title>
            <Badge variant="default" size="sm" tt="none">
              {badge}
            </Badge>
          </Group>
          <LinkBadge state={state} />
        </Group>
        <Text size="sm" c="dimmed">
          {about}
        </Text>
        {children}
        <LinkTrouble state={state} instance={tryOut.instance} />
        <Group gap="xs">
          <ConnectButton tryOut={tryOut} side={side} state={state} />
          {actions}
        </Group>
      </Stack>
    </Paper>
  )
}

function ConnectButton({ tryOut, side, state }: { tryOut: TryOut; side: Role; state: LinkState }) {
  const isOff = state.kind === 'idle' || state.kind === 'refused'
  const label = isOff ? link.connect : state.kind === 'connected' ? link.disconnect : link.cancel
  return (
    <Button
      size="xs"
      variant="default"
      disabled={isOff && tryOut.instance.status !== 'running'}
      onClick={() => (isOff ? tryOut.connect(side) : tryOut.disconnect(side))}
    >
      {label}
    </Button>
  )
}

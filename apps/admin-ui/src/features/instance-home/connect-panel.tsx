import { Box, Paper, SegmentedControl, Stack, Tabs, Text, Title, useMatches } from '@mantine/core'
import type { Instance } from '@parley/contracts'
import { useState } from 'react'
import { CodeBlock } from '../../components/code-block'
import { TextLink } from '../../components/links'
import { texts } from '../../texts'
import classes from './connect-panel.module.css'
import { RuleForOldRequesters } from './rule-for-old-requesters'
import { type Role, roles, snippet, type Tool, targetOf, toolsFor } from './snippets'

const { connect: words } = texts.instanceHome
const roleChoices = roles.map((role) => ({ value: role, label: words[role] }))

/** What to paste to connect a client: first what the client is, then in which language. */
export function ConnectPanel({ instance }: { instance: Instance }) {
  const [role, setRole] = useState<Role>('responder')
  const [chosen, setChosen] = useState<Tool>('mosquitto')
  const tools = toolsFor(role)
  const orientation = useMatches<'vertical' | 'horizontal'>({ base: 'vertical', xs: 'horizontal' })
  const tool = tools.includes(chosen) ? chosen : tools[0]!
  return (
    <Paper component="section" withBorder p="md" aria-label={words.title}>
      <Stack gap="sm">
        <Title order={2} size="h2">
          {words.title}
        </Title>
        <SegmentedControl<Role>
          aria-label={words.role}
          orientation={orientation}
          size="xs"
          data={roleChoices}
          value={role}
          onChange={setRole}
        />
        <Text size="sm">{words.aboutRole[role]}</Text>
        <AccessHints instance={instance} />
        {role === 'requesterV311' && <RuleForOldRequesters instance={instance} />}
        <Tabs
          value={tool}
          onChange={(value) => setChosen(value as Tool)}
          classNames={{ list: classes.tabs }}
          keepMounted={false}
        >
          <Tabs.List aria-label={words.tabs}>
            {tools.map((one) => (
              <Tabs.Tab key={one} value={one}>
                {words.tabNames[one]}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {tools.map((one) => (
            <Tabs.Panel key={one} value={one} pt="sm">
              <Snippet instance={instance} role={role} tool={one} />
            </Tabs.Panel>
          ))}
        </Tabs>
      </Stack>
    </Paper>
  )
}

function Snippet({ instance, role, tool }: { instance: Instance; role: Role; tool: Tool }) {
  const pieces = snippet(targetOf(instance), role, tool)
  return (
    <Stack gap="xs">
      <Text size="sm" c="dimmed">
        {note(role, tool)}
      </Text>
      {pieces.map((code, index) => (
        <CodeBlock key={code} code={code} what={pieceName(tool, index, pieces.length)} />
      ))}
    </Stack>
  )
}

function note(role: Role, tool: Tool): string {
  const { notes } = words
  if (tool === 'mosquitto') {
    return role === 'responder' ? notes.mosquitto : `${notes.mosquittoPair} ${notes.mosquitto}`
  }
  if (tool === 'mosquittoRr') return `${notes.mosquittoRr} ${notes.mosquitto}`
  return tool === 'espIdf' && role === 'requesterV5' ? notes.espIdfV5 : notes[tool]
}

function pieceName(tool: Tool, index: number, pieces: number): string {
  const name = words.tabNames[tool]
  return pieces > 1 ? words.piece(name, index + 1) : name
}

/** What a client needs besides the address. */
function AccessHints({ instance: { id, authentication, authorization } }: { instance: Instance }) {
  if (authentication.anonymous && !authorization.enabled) return null
  const params = { instanceId: id }
  return (
    <Box>
      {!authentication.anonymous && (
        <Text size="sm">
          {words.credentials}{' '}
          <TextLink to="/instances/$instanceId/users" params={params} inherit underline="always">
            {words.users}
          </TextLink>
        </Text>
      )}
      {authorization.enabled && (
        <Text size="sm">
          {words.policiesHint}{' '}
          <TextLink to="/instances/$instanceId/policies" params={params} inherit underline="always">
            {words.policies}
          </TextLink>
        </Text>
      )}
    </Box>
  )
}

import { Group, Paper, Stack, Text, Title } from '@mantine/core'
import type { Instance } from '@parley/contracts'
import { CopyButton } from '../../components/copy-button'
import { texts } from '../../texts'
import classes from './endpoints.module.css'

const { endpoints: words } = texts.instanceHome

/** Where clients connect to. */
export function Endpoints({ endpoints: { mqtt, ws, http } }: { endpoints: Instance['endpoints'] }) {
  return (
    <Paper component="section" withBorder p="md" aria-label={words.title}>
      <Title order={2} size="h2" mb="xs">
        {words.title}
      </Title>
      <Stack gap={4}>
        <Endpoint name={words.mqtt} address={mqtt} />
        <Endpoint name={words.ws} address={ws} />
        <Endpoint name={words.http} address={http} hint={words.httpHint} />
      </Stack>
    </Paper>
  )
}

function Endpoint({ name, address, hint }: { name: string; address: string; hint?: string }) {
  return (
    <div className={classes.endpoint}>
      <Text size="sm" c="dimmed">
        {name}
      </Text>
      <div className={classes.address}>
        <Text size="sm" ff="monospace" className={classes.text}>
          {address}
        </Text>
        {hint && (
          <Text size="xs" c="dimmed">
            {hint}
          </Text>
        )}
      </div>
      <Group justify="flex-end">
        <CopyButton value={address} what={address} />
      </Group>
    </div>
  )
}

import { Alert } from '@mantine/core'
import type { Instance } from '@parley/contracts'
import { IconPlayerPause } from '@tabler/icons-react'
import { TextLink } from '../../components/links'
import { texts } from '../../texts'

const { suspended: words } = texts.instanceHome

/** Why nothing connects, while the instance is suspended. */
export function SuspendedHint({ instance: { id, status } }: { instance: Instance }) {
  if (status !== 'suspended') return null
  return (
    <Alert color="orange" variant="light" icon={<IconPlayerPause />} title={words.title}>
      {words.text}{' '}
      <TextLink to="/instances/$instanceId/settings" params={{ instanceId: id }} inherit underline="always">
        {words.settings}
      </TextLink>
    </Alert>
  )
}

import { ActionIcon, Menu } from '@mantine/core'
import type { Instance } from '@parley/contracts'
import {
  IconDots,
  IconExternalLink,
  IconPlayerPause,
  IconPlayerPlay,
  IconSettings,
  IconTrash
} from '@tabler/icons-react'
import { MenuLink } from '../../components/links'
import { texts } from '../../texts'
import type { ActOnInstance } from './columns'

const { act } = texts.instances
const iconSize = 16

/** What can be done to the instance of a row. */
export function InstanceMenu({ instance, onAct }: { instance: Instance; onAct: ActOnInstance }) {
  const params = { instanceId: instance.id }
  const running = instance.status === 'running'
  return (
    <Menu position="bottom-end" width={180} withinPortal>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={texts.words.actionsOf(instance.name)}>
          <IconDots size={iconSize} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <MenuLink
          to="/instances/$instanceId"
          params={params}
          leftSection={<IconExternalLink size={iconSize} />}
        >
          {act.open}
        </MenuLink>
        <MenuLink
          to="/instances/$instanceId/settings"
          params={params}
          leftSection={<IconSettings size={iconSize} />}
        >
          {act.settings}
        </MenuLink>
        <Menu.Divider />
        <Menu.Item
          leftSection={running ? <IconPlayerPause size={iconSize} /> : <IconPlayerPlay size={iconSize} />}
          onClick={() => onAct(instance, running ? 'suspend' : 'resume')}
        >
          {running ? act.suspend : act.resume}
        </Menu.Item>
        <Menu.Item
          color="var(--mantine-color-error)"
          leftSection={<IconTrash size={iconSize} />}
          onClick={() => onAct(instance, 'delete')}
        >
          {act.delete}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

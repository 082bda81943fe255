import { ActionIcon, Menu } from '@mantine/core'
import type { MqttUser } from '@parley/contracts'
import {
  IconDots,
  IconKey,
  IconPencil,
  IconPlayerPause,
  IconPlayerPlay,
  IconTrash
} from '@tabler/icons-react'
import { visible } from '../../lib/format'
import { texts } from '../../texts'
import type { UserAct } from './user-acts'

const words = texts.users
const iconSize = 16

export interface UserMenuProps {
  user: MqttUser
  onAct: (act: UserAct) => void
  /** Needs no question: nothing ends by it. */
  onEnable: (user: MqttUser) => void
}

/** What can be done to a user. */
export function UserMenu({ user, onAct, onEnable }: UserMenuProps) {
  const act = (kind: UserAct['kind']) => () => onAct({ kind, user })
  return (
    <Menu position="bottom-end" withInitialFocusPlaceholder={false} width={200}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={texts.words.actionsOf(visible(user.username))}>
          <IconDots size={iconSize} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconKey size={iconSize} />} onClick={act('reset')}>
          {words.reset.act}
        </Menu.Item>
        <Menu.Item leftSection={<IconPencil size={iconSize} />} onClick={act('remark')}>
          {words.remark.act}
        </Menu.Item>
        {user.status === 'enabled' ? (
          <Menu.Item leftSection={<IconPlayerPause size={iconSize} />} onClick={act('disable')}>
            {words.disable.act}
          </Menu.Item>
        ) : (
          <Menu.Item leftSection={<IconPlayerPlay size={iconSize} />} onClick={() => onEnable(user)}>
            {words.enable.act}
          </Menu.Item>
        )}
        <Menu.Divider />
        <Menu.Item
          color="var(--mantine-color-error)"
          leftSection={<IconTrash size={iconSize} />}
          onClick={act('delete')}
        >
          {words.deletion.act}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

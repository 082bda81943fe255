import { ActionIcon, Menu } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconLogout, IconUserCircle } from '@tabler/icons-react'
import { Link, useRouter } from '@tanstack/react-router'
import { signOut } from '../features/sign-in/session'
import { errorText } from '../lib/error-text'
import { texts } from '../texts'

/** Who is signed in, and the way out. */
export function AccountMenu({ email }: { email: string }) {
  const router = useRouter()
  const leave = async () => {
    try {
      await signOut()
      await router.invalidate()
    } catch (error) {
      notifications.show({ color: 'red', title: texts.errors.title, message: errorText(error).detail })
    }
  }
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={texts.frame.account}>
          <IconUserCircle size={20} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{texts.frame.signedInAs(email)}</Menu.Label>
        <Menu.Item component={Link} to="/account" leftSection={<IconUserCircle size={16} />}>
          {texts.frame.account}
        </Menu.Item>
        <Menu.Item leftSection={<IconLogout size={16} />} onClick={leave}>
          {texts.frame.signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

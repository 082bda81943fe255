import { NavLink, type NavLinkProps, Stack } from '@mantine/core'
import { IconBook2, IconKey, IconServer2, IconUserCircle } from '@tabler/icons-react'
import { createLink } from '@tanstack/react-router'
import type { ComponentProps } from 'react'
import { texts } from '../texts'

const pages = [
  { to: '/instances', label: texts.frame.instances, icon: IconServer2 },
  { to: '/api-keys', label: texts.frame.apiKeys, icon: IconKey },
  { to: '/account', label: texts.frame.account, icon: IconUserCircle }
] as const

const iconSize = 18

type Native = Omit<ComponentProps<'a'>, 'color' | 'style' | 'onChange'>
const PageLink = createLink((props: NavLinkProps & Native) => <NavLink component="a" {...props} />)

/** The pages that always can be reached. */
export function Navigation() {
  return (
    <Stack component="nav" aria-label={texts.frame.mainNavigation} gap={2} h="100%">
      {pages.map(({ to, label, icon: Icon }) => (
        <PageLink
          key={to}
          to={to}
          label={label}
          leftSection={<Icon size={iconSize} stroke={1.6} />}
          activeProps={{ active: true }}
        />
      ))}
      <NavLink
        mt="auto"
        href="/api/docs"
        target="_blank"
        label={texts.frame.apiDocumentation}
        leftSection={<IconBook2 size={iconSize} stroke={1.6} />}
      />
    </Stack>
  )
}

import { NavLink, Stack } from '@mantine/core'
import { IconBook2, IconKey, IconServer2, IconUserCircle } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { texts } from '../texts'
import classes from './navigation.module.css'

const pages = [
  { to: '/instances', label: texts.frame.instances, icon: IconServer2 },
  { to: '/api-keys', label: texts.frame.apiKeys, icon: IconKey },
  { to: '/account', label: texts.frame.account, icon: IconUserCircle }
] as const

const iconSize = 18

/** The pages that always can be reached. */
export function Navigation() {
  return (
    <Stack component="nav" aria-label={texts.frame.mainNavigation} gap={2} h="100%">
      {pages.map(({ to, label, icon: Icon }) => (
        <Link key={to} to={to} className={classes.link}>
          {({ isActive }) => (
            <NavLink
              component="span"
              active={isActive}
              label={label}
              leftSection={<Icon size={iconSize} stroke={1.6} />}
            />
          )}
        </Link>
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

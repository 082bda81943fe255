import { AppShell, Box, Burger, Group, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { Link, Outlet, useLocation, useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { sessionQuery } from '../features/sign-in/session'
import { texts } from '../texts'
import { AccountMenu } from './account-menu'
import { ColorSchemeSwitch } from './color-scheme-switch'
import { CommandPalette } from './command-palette'
import { Mark } from './mark'
import { Navigation } from './navigation'
import { PaletteButton } from './palette-button'
import classes from './shell.module.css'

const headerHeight = 48
const navigationWidth = 200

/** The frame around every page of somebody who is signed in. */
export function Shell() {
  const [opened, { toggle, close }] = useDisclosure()
  const { data: session } = useQuery(sessionQuery)
  const { pathname } = useLocation()
  useLeaveWithoutSession(session === null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: a way to another page closes the navigation of a phone
  useEffect(close, [pathname])
  return (
    <AppShell
      header={{ height: headerHeight }}
      navbar={{ width: navigationWidth, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding="md"
    >
      <a href="#content" className={classes.skip}>
        {texts.frame.skipToContent}
      </a>
      <AppShell.Header className={classes.header}>
        <Group gap="xs" wrap="nowrap">
          <Burger
            opened={opened}
            onClick={toggle}
            hiddenFrom="sm"
            size="sm"
            aria-label={opened ? texts.frame.closeNavigation : texts.frame.openNavigation}
          />
          <Link to="/instances" className={classes.brand} aria-label={texts.frame.product}>
            <Mark />
            <Text fw={600} visibleFrom="xs">
              {texts.frame.product}
            </Text>
          </Link>
          <Text size="sm" c="dimmed" truncate className={classes.tenant}>
            {session?.tenant.name}
          </Text>
        </Group>
        <Group gap={4} wrap="nowrap">
          <PaletteButton />
          <ColorSchemeSwitch />
          <AccountMenu email={session?.email ?? ''} />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs">
        <Navigation />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} className={classes.main}>
        <Box className={classes.page}>
          <Outlet />
        </Box>
      </AppShell.Main>
      <CommandPalette />
    </AppShell>
  )
}

/** The session ended elsewhere or by its time: the guard of the pages leads to the sign-in and back. */
function useLeaveWithoutSession(over: boolean): void {
  const router = useRouter()
  useEffect(() => {
    if (over) void router.invalidate()
  }, [over, router])
}

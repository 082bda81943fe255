import { Paper, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { PageHeader } from '../../components/page-header'
import { Time } from '../../components/time'
import { texts } from '../../texts'
import { sessionQuery } from '../sign-in/session'
import { ChangePassword } from './change-password'

const words = texts.account

/** Who is signed in, for how long, and the password. */
export function AccountPage() {
  const { data: session } = useQuery(sessionQuery)
  if (!session) return null
  return (
    <>
      <PageHeader title={words.title} about={words.about} />
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Paper withBorder p="md">
          <Stack gap="sm" component="dl" m={0}>
            <Fact name={words.email}>{session.email}</Fact>
            <Fact name={words.tenant}>{session.tenant.name}</Fact>
            <Fact name={words.session}>
              {words.until} <Time iso={session.idleUntil} />, {words.latest} <Time iso={session.expiresAt} />
            </Fact>
          </Stack>
        </Paper>
        <Paper withBorder p="md">
          <Title order={2} size="h2" mb="xs">
            {words.password.title}
          </Title>
          <ChangePassword email={session.email} />
        </Paper>
      </SimpleGrid>
    </>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <Text component="dt" size="xs" c="dimmed">
        {name}
      </Text>
      <Text component="dd" size="sm" m={0}>
        {children}
      </Text>
    </div>
  )
}

import { Alert, SimpleGrid, Stack, Text } from '@mantine/core'
import type { Instance } from '@parley/contracts'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { PageHeader } from '../../components/page-header'
import { PageSkeleton } from '../../components/page-skeleton'
import { texts } from '../../texts'
import { instanceQuery } from '../instances/queries'
import { InstanceLink } from './instance-link'
import { NextStep } from './next-step'
import { NoReply } from './no-reply'
import { RequesterPane } from './requester-pane'
import { ResponderPane } from './responder-pane'
import { Timeline } from './timeline'
import { useTryIt } from './use-try-it'
import { WhatHappened } from './what-happened'

const tryIt = texts.tryIt

/** A request and its reply between two clients in this page: the first thing that a new user sees work. */
export function TryItPage() {
  const { instanceId } = useParams({ from: '/signed-in/instances/$instanceId/try-it' })
  // Suspended or changed meanwhile: the page says so by itself.
  const { data: instance } = useQuery(instanceQuery(instanceId))
  if (!instance) return <PageSkeleton />
  return <TryIt key={instanceId} instance={instance} />
}

function TryIt({ instance }: { instance: Instance }) {
  const tryOut = useTryIt(instance)
  return (
    <>
      <PageHeader title={tryIt.title} about={tryIt.about} order={2} />
      <Stack gap="md">
        {instance.status !== 'running' && <Stopped instance={instance} />}
        <NextStep tryOut={tryOut} />
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
          <ResponderPane tryOut={tryOut} />
          <RequesterPane tryOut={tryOut} />
        </SimpleGrid>
        <Timeline exchange={tryOut.stage.exchange} />
        <NoReply tryOut={tryOut} />
        <WhatHappened tryOut={tryOut} />
        <Text size="xs" c="dimmed">
          {tryIt.inUse}
        </Text>
      </Stack>
    </>
  )
}

function Stopped({ instance }: { instance: Instance }) {
  const { title, text, suspended, settings } = tryIt.stopped
  return (
    <Alert color="orange" variant="light" title={title(texts.instanceFrame.status[instance.status])}>
      <Text size="sm">
        {text}{' '}
        {instance.status === 'suspended' && (
          <>
            {suspended}{' '}
            <InstanceLink section="settings" instanceId={instance.id}>
              {settings}
            </InstanceLink>
          </>
        )}
      </Text>
    </Alert>
  )
}

import { Grid, Stack } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import type { Instance } from '@parley/contracts'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams, useSearch } from '@tanstack/react-router'
import { useEffect } from 'react'
import { texts } from '../../texts'
import { instanceKey, instanceQuery } from '../instances/queries'
import { TryItInvitation } from '../try-it/try-it-invitation'
import { ConnectPanel } from './connect-panel'
import { CreatedHint } from './created-hint'
import { Endpoints } from './endpoints'
import { Facts } from './facts'
import { LivePanel } from './live-panel'
import { NodeTable } from './node-table'
import { SuspendedHint } from './suspended-hint'
import { type Live, useLive } from './use-live'

const from = '/signed-in/instances/$instanceId/'

/** The overview of an instance: what it does now, where it is, how to connect to it, what each node runs. */
export function InstanceHomePage() {
  const { instanceId } = useParams({ from })
  const { data: instance } = useQuery(instanceQuery(instanceId))
  // The frame shows the way there, and what went wrong.
  return instance ? <InstanceHome key={instanceId} instance={instance} /> : null
}

function InstanceHome({ instance }: { instance: Instance }) {
  useDocumentTitle(`${instance.name} · ${texts.frame.product}`)
  const { created } = useSearch({ from })
  const live = useLive(instance.id)
  useFreshInstance(instance, live)
  return (
    <Stack gap="lg">
      {created ? <CreatedHint instance={instance} /> : <TryItInvitation />}
      <SuspendedHint instance={instance} />
      <Facts instance={instance} />
      <LivePanel live={live} />
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, lg: 7 }}>
          <ConnectPanel instance={instance} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 5 }}>
          <Stack gap="lg">
            <Endpoints endpoints={instance.endpoints} />
            <NodeTable instance={instance} event={live.event} />
          </Stack>
        </Grid.Col>
      </Grid>
    </Stack>
  )
}

/** Somebody else changed the instance meanwhile: the live figures tell of a revision that this page does not know. */
function useFreshInstance({ id, revision, status }: Instance, { event }: Live): void {
  const queryClient = useQueryClient()
  const stale = event !== undefined && (event.revision > revision || event.status !== status)
  useEffect(() => {
    if (stale) void queryClient.invalidateQueries({ queryKey: instanceKey(id) })
  }, [stale, id, queryClient])
}

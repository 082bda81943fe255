import { Anchor, Breadcrumbs, Group, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, Outlet, useParams } from '@tanstack/react-router'
import { CopyButton } from '../../components/copy-button'
import { ErrorPanel } from '../../components/error-panel'
import { PageSkeleton } from '../../components/page-skeleton'
import { texts } from '../../texts'
import classes from './instance-frame.module.css'
import { instanceQuery } from './queries'
import { sections } from './sections'
import { StatusBadge } from './status-badge'

const instanceFrame = texts.instanceFrame

/** The head of an instance and the way to its sections; the section itself beneath. */
export function InstanceFrame() {
  const { instanceId } = useParams({ from: '/signed-in/instances/$instanceId' })
  const { data: instance, error, refetch } = useQuery(instanceQuery(instanceId))
  if (error && !instance) return <ErrorPanel error={error} onRetry={() => void refetch()} />
  if (!instance) return <PageSkeleton />
  return (
    <>
      <Breadcrumbs mb={4}>
        <Anchor component={Link} to="/instances" size="sm">
          {instanceFrame.all}
        </Anchor>
        <Text size="sm" c="dimmed">
          {instance.name}
        </Text>
      </Breadcrumbs>
      <Group gap="sm" mb="xs">
        <Title order={1} size="h1">
          {instance.name}
        </Title>
        <StatusBadge status={instance.status} />
        <Group gap={2}>
          <Text size="sm" ff="monospace" c="dimmed">
            {instance.id}
          </Text>
          <CopyButton value={instance.id} what={instance.id} />
        </Group>
      </Group>
      <nav aria-label={instanceFrame.sections} className={classes.sections}>
        {sections.map(({ to, label, ...options }) => (
          <Link
            key={to}
            to={to}
            params={{ instanceId }}
            activeOptions={{ exact: 'exact' in options, includeSearch: false }}
            className={classes.section}
          >
            {label}
          </Link>
        ))}
      </nav>
      <Outlet />
    </>
  )
}

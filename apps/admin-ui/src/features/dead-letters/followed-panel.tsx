import { CloseButton, Group, Loader, Paper, Stack, Text } from '@mantine/core'
import { IconCircleCheck, IconClockX, IconMailX } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { DeviceText } from '../../components/device-text'
import { texts } from '../../texts'
import type { Fate, Followed } from './followed'
import { lastErrorText } from './job-text'

const { follow: words, attempts } = texts.deadLetters
const iconSize = 18
/** More than these are told by their number. */
const namedMax = 5
const fates: readonly Fate[] = ['trying', 'published', 'expired', 'dead']

const icons: Record<Fate, ReactNode> = {
  trying: <Loader size={14} />,
  published: <IconCircleCheck size={iconSize} color="var(--mantine-color-teal-6)" />,
  expired: <IconClockX size={iconSize} color="var(--mantine-color-orange-6)" />,
  dead: <IconMailX size={iconSize} color="var(--mantine-color-red-6)" />
}

/** What became of the replies that were re-driven from this page. */
export function FollowedPanel({ followed, onClose }: { followed: readonly Followed[]; onClose: () => void }) {
  return (
    <div role="status">
      {followed.length > 0 && (
        <Paper withBorder p="sm" mb="sm">
          <Group justify="space-between" align="flex-start" wrap="nowrap">
            <Stack gap={4} style={{ minWidth: 0 }}>
              <Text size="sm" fw={600}>
                {words.title}
              </Text>
              {followed.length > namedMax ? <Counts followed={followed} /> : <Each followed={followed} />}
            </Stack>
            <CloseButton size="sm" aria-label={words.close} onClick={onClose} />
          </Group>
        </Paper>
      )}
    </div>
  )
}

function Each({ followed }: { followed: readonly Followed[] }) {
  return followed.map(({ job, fate }) => (
    <Group key={job.id} gap={8} wrap="nowrap" data-fate={fate}>
      {icons[fate]}
      <Text size="sm" component="div" style={{ overflowWrap: 'anywhere' }}>
        <DeviceText value={job.responseTopic} /> {fateText({ job, fate })}
      </Text>
    </Group>
  ))
}

function fateText({ job, fate }: Followed): string {
  if (fate === 'dead') return `${words.dead}: ${lastErrorText(job)}`
  if (fate !== 'trying' || job.attempts.made === 0) return words[fate]
  return words.failedSoFar(attempts(job.attempts.made, job.attempts.max), lastErrorText(job))
}

function Counts({ followed }: { followed: readonly Followed[] }) {
  const counted = fates
    .map((fate) => ({ fate, count: followed.filter((one) => one.fate === fate).length }))
    .filter(({ count }) => count > 0)
  return (
    <Group gap="md">
      {counted.map(({ fate, count }) => (
        <Group key={fate} gap={6} data-fate={fate}>
          {icons[fate]}
          <Text size="sm">{words.counts[fate](count)}</Text>
        </Group>
      ))}
    </Group>
  )
}

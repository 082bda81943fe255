import { Button, Drawer, Group, Stack, Text } from '@mantine/core'
import type { ReplyJobView } from '@parley/contracts'
import { useState } from 'react'
import { texts } from '../../texts'
import type { Fate } from './followed'
import { JobDetails } from './job-details'

const words = texts.deadLetters

export interface JobDrawerProps {
  jobId: string | undefined
  /** As the list has it now; undefined when it is not listed any more. */
  job: ReplyJobView | undefined
  /** What became of its re-drive. */
  fate: Fate | undefined
  onClose: () => void
  onRedrive: (job: ReplyJobView) => void
  onDiscard: (job: ReplyJobView) => void
}

/** Looks into one reply, next to the list. */
export function JobDrawer({ jobId, job, onClose, ...acts }: JobDrawerProps) {
  return (
    <Drawer
      opened={jobId !== undefined}
      onClose={onClose}
      position="right"
      size="lg"
      title={words.job.title}
      closeButtonProps={{ 'aria-label': texts.words.close }}
    >
      {jobId && <Inspected key={jobId} job={job} {...acts} />}
    </Drawer>
  )
}

/** A reply that leaves the list while somebody looks at it stays readable. */
function Inspected({ job, fate, onRedrive, onDiscard }: Omit<JobDrawerProps, 'jobId' | 'onClose'>) {
  const [seen, setSeen] = useState(job)
  if (job && job !== seen) setSeen(job)
  if (!seen) return <Text size="sm">{words.job.gone}</Text>
  return (
    <Stack gap="md">
      {fate && (
        <Text size="sm" role="status">
          {words.job.fates[fate]}
        </Text>
      )}
      {job ? (
        <Group gap="xs">
          <Button size="xs" onClick={() => onRedrive(job)}>
            {words.redrive.act}
          </Button>
          <Button size="xs" variant="default" onClick={() => onDiscard(job)}>
            {words.discard.act}
          </Button>
        </Group>
      ) : (
        !fate && (
          <Text size="sm" role="status">
            {words.job.gone}
          </Text>
        )
      )}
      <JobDetails job={seen} />
    </Stack>
  )
}

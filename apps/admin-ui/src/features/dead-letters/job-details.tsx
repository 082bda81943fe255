import { Group, Stack, Table, Text, Title } from '@mantine/core'
import type { ReplyJobView } from '@parley/contracts'
import type { ReactNode } from 'react'
import { CodeBlock } from '../../components/code-block'
import { CopyButton } from '../../components/copy-button'
import { DeviceText } from '../../components/device-text'
import { DotBadge } from '../../components/dot-badge'
import { Time } from '../../components/time'
import { visibleLines } from '../../lib/format'
import { texts } from '../../texts'
import { isExpired, lastErrorText, payloadText, textOfBase64 } from './job-text'

const { job: words, stateWords, attempts } = texts.deadLetters

/** Everything that is known of a reply. */
export function JobDetails({ job }: { job: ReplyJobView }) {
  return (
    <Stack gap="md">
      <Facts job={job} />
      {isExpired(job) && <Text size="sm">{words.expired}</Text>}
      <section>
        <Title order={3} mb={4}>
          {words.payload}
        </Title>
        <CodeBlock code={payloadText(job.payload)} copies={job.payload} what={words.payloadRaw} />
      </section>
      <section>
        <Title order={3} mb={4}>
          {words.correlation}
        </Title>
        <Correlation base64={job.correlationDataBase64} />
      </section>
    </Stack>
  )
}

function Facts({ job }: { job: ReplyJobView }) {
  return (
    <Table verticalSpacing={4} layout="fixed">
      <Table.Tbody>
        <Fact label={words.state}>
          <DotBadge colour={job.state === 'dead' ? 'red' : 'yellow'}>{stateWords[job.state]}</DotBadge>
        </Fact>
        <Fact label={words.topic}>
          <Copied value={job.responseTopic} />
        </Fact>
        <Fact label={words.responder}>
          <Copied value={job.responderClientId} />
        </Fact>
        <Fact label={words.messageId}>
          <Copied value={job.messageId} />
        </Fact>
        <Fact label={words.qos}>{job.qos}</Fact>
        <Fact label={words.attempts}>{attempts(job.attempts.made, job.attempts.max)}</Fact>
        <Fact label={words.lastError}>{lastErrorText(job)}</Fact>
        <Fact label={words.created}>
          <Time iso={job.createdAt} />
        </Fact>
        {job.nextAttemptAt && (
          <Fact label={words.nextAttempt}>
            <Time iso={job.nextAttemptAt} />
          </Fact>
        )}
        {job.deadAt && (
          <Fact label={words.deadAt}>
            <Time iso={job.deadAt} />
          </Fact>
        )}
        <Fact label={words.expires}>{job.expiresAt ? <Time iso={job.expiresAt} /> : texts.words.never}</Fact>
      </Table.Tbody>
    </Table>
  )
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Table.Tr>
      <Table.Th scope="row" fw={500} w="9rem">
        {label}
      </Table.Th>
      <Table.Td>{children}</Table.Td>
    </Table.Tr>
  )
}

function Copied({ value }: { value: string }) {
  return (
    <Group gap={2} wrap="nowrap">
      <DeviceText value={value} />
      <CopyButton value={value} what={value} />
    </Group>
  )
}

function Correlation({ base64 }: { base64: string | null }) {
  if (base64 === null) return <Text size="sm">{words.noCorrelation}</Text>
  const text = textOfBase64(base64)
  return (
    <Stack gap="xs">
      <div>
        <Text size="xs" c="dimmed">
          {words.asText}
        </Text>
        {text === undefined ? (
          <Text size="sm">{words.notText}</Text>
        ) : (
          <CodeBlock code={visibleLines(text)} copies={text} what={words.asText} />
        )}
      </div>
      <div>
        <Text size="xs" c="dimmed">
          {words.asBase64}
        </Text>
        <CodeBlock code={base64} what={words.asBase64} />
      </div>
    </Stack>
  )
}

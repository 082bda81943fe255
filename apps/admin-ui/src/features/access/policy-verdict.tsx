import { Group, Stack, Text } from '@mantine/core'
import { IconCircleCheck, IconCircleX } from '@tabler/icons-react'
import { texts } from '../../texts'
import type { PolicyTestAnswer } from './policies-queries'

const { test: words } = texts.policies

/** What the policies said, and which of them. Told to screen readers when it changes. */
export function PolicyVerdict({ answer }: { answer: PolicyTestAnswer | undefined }) {
  return (
    <div role="status" data-verdict={answer?.effect}>
      {answer && <Verdict {...answer} />}
    </div>
  )
}

function Verdict({ effect, policy, enabled }: PolicyTestAnswer) {
  const allowed = effect === 'allow'
  const colour = allowed ? 'var(--mantine-color-teal-6)' : 'var(--mantine-color-red-6)'
  return (
    <Stack gap={4}>
      <Group gap={6} wrap="nowrap" align="flex-start">
        {allowed ? <IconCircleCheck color={colour} size={20} /> : <IconCircleX color={colour} size={20} />}
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {policy === null ? (
            words.nobody
          ) : (
            <>
              <strong>{allowed ? words.allowed : words.denied}</strong>, {words.decidedBy}{' '}
              <strong>{policy.name}</strong>
            </>
          )}
        </Text>
      </Group>
      {!enabled && (
        <Text size="xs" c="dimmed">
          {words.off}
        </Text>
      )}
    </Stack>
  )
}

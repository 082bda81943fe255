import { Alert, Button, Stack, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { errorText } from '../lib/error-text'
import { texts } from '../texts'

/** Stands where content could not be loaded or a change was refused: what happened, what to do, and a way to try again. */
export function ErrorPanel({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { detail, advice } = errorText(error)
  return (
    <Alert role="alert" color="red" variant="light" icon={<IconAlertTriangle />} title={texts.errors.title}>
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{detail}</Text>
        {advice && advice !== detail && <Text size="sm">{advice}</Text>}
        {onRetry && (
          <Button size="xs" variant="default" onClick={onRetry}>
            {texts.words.retry}
          </Button>
        )}
      </Stack>
    </Alert>
  )
}

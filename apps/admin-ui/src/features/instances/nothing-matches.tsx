import { Button, Paper, Stack, Text } from '@mantine/core'
import { texts } from '../../texts'

/** In the place of a list that the filter, or the place in it, leaves nothing of. */
export function NothingMatches({ filtered, onClear }: { filtered: boolean; onClear: () => void }) {
  return (
    <Paper withBorder p="lg" role="status">
      <Stack gap="sm" align="flex-start">
        <Text size="sm">
          {filtered
            ? `${texts.words.nothingMatches} ${texts.instances.nothingMatches}`
            : texts.instances.endOfList}
        </Text>
        {filtered && (
          <Button size="xs" variant="default" onClick={onClear}>
            {texts.words.clearFilter}
          </Button>
        )}
      </Stack>
    </Paper>
  )
}

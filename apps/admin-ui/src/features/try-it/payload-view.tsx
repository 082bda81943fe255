import { Box, Text } from '@mantine/core'
import { formatCount, visible } from '../../lib/format'
import { texts } from '../../texts'
import { showPayload } from './payload'
import classes from './try-it.module.css'

const words = texts.tryIt.payload

/** What a message carries: text as text, anything else in hex. */
export function PayloadView({ payload }: { payload: Uint8Array }) {
  const { kind, text, bytesLeftOut } = showPayload(payload)
  if (kind === 'empty') {
    return (
      <Text size="xs" c="dimmed">
        {words.empty}
      </Text>
    )
  }
  return (
    <>
      {kind === 'hex' && (
        <Text size="xs" c="dimmed">
          {words.hex}
        </Text>
      )}
      <Box component="pre" dir="ltr" tabIndex={0} className={kind === 'hex' ? classes.hex : classes.payload}>
        {kind === 'hex' ? text : text.split('\n').map(visible).join('\n')}
      </Box>
      {bytesLeftOut > 0 && (
        <Text size="xs" c="dimmed">
          {words.leftOut(formatCount(bytesLeftOut))}
        </Text>
      )}
    </>
  )
}

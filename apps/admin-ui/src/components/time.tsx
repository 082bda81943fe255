import { Tooltip } from '@mantine/core'
import { formatDateTime, formatRelative } from '../lib/format'
import { useNow } from '../lib/use-now'
import classes from './time.module.css'

/** `3 min. ago`, with the exact time beneath. */
export function Time({ iso }: { iso: string }) {
  const nowMs = useNow()
  return (
    <Tooltip label={formatDateTime(iso)} withArrow>
      <time dateTime={iso} className={classes.time}>
        {formatRelative(iso, nowMs)}
      </time>
    </Tooltip>
  )
}

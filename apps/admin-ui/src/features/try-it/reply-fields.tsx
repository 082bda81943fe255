import { Box, Group, Text } from '@mantine/core'
import type { Reply } from '@parley/contracts'
import { CopyButton } from '../../components/copy-button'
import { DeviceText } from '../../components/device-text'
import { texts } from '../../texts'
import classes from './try-it.module.css'

const words = texts.tryIt.reply

/** The JSON of a reply, one line a field, each with a sentence on what it is. */
export function ReplyFields({ reply, json }: { reply: Reply; json: string }) {
  return (
    <Box component="section" aria-label={words.fields} className={classes.reply}>
      <Group justify="space-between" gap="xs" wrap="nowrap">
        <Text size="xs" c="dimmed">
          {words.fields}
        </Text>
        <CopyButton value={json} what={words.raw} />
      </Group>
      <dl className={classes.fields}>
        {linesOf(reply).map(({ path, name, value, depth }) => (
          <div key={path} className={classes.field} data-field={path} data-depth={depth}>
            <dt>
              <DeviceText value={value === undefined ? `"${name}"` : `"${name}": ${value}`} size="xs" />
            </dt>
            {words.explain[path] && <dd>{words.explain[path]}</dd>}
          </div>
        ))}
      </dl>
    </Box>
  )
}

interface Line {
  path: string
  name: string
  /** As JSON; undefined: its parts follow, one deeper. */
  value: string | undefined
  depth: 0 | 1
}

function linesOf(reply: Reply): Line[] {
  return Object.entries(reply).flatMap(([name, value]): Line[] => {
    if (name !== 'pubProps') return [{ path: name, name, value: JSON.stringify(value), depth: 0 }]
    const parts = Object.entries(reply.pubProps).map(
      ([part, partValue]): Line => ({
        path: `pubProps.${part}`,
        name: part,
        value: JSON.stringify(partValue),
        depth: 1
      })
    )
    return [{ path: name, name, value: parts.length === 0 ? '{}' : undefined, depth: 0 }, ...parts]
  })
}

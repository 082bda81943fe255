import { Text, VisuallyHidden } from '@mantine/core'
import { DeviceText } from '../../../components/device-text'
import { visible } from '../../../lib/format'
import { texts } from '../../../texts'
import classes from './field-value.module.css'
import type { DiffPart } from './word-diff'

const { diff: words } = texts.ruleEditor

/** A value of a rule, or the word that it is not set. */
export function FieldValue({ text }: { text: string | undefined }) {
  if (text === undefined) return <NotSet />
  return <DeviceText value={text} className={classes.value} />
}

/** One side of a difference, with what only this side has marked. */
export function MarkedValue({ parts, side }: { parts: readonly DiffPart[]; side: 'before' | 'after' }) {
  const own = parts.filter(({ in: where }) => where === 'both' || where === side)
  if (own.length === 0) return <NotSet />
  const Mark = side === 'before' ? 'del' : 'ins'
  const label = side === 'before' ? words.removed : words.added
  return (
    <Text component="bdi" dir="ltr" ff="monospace" size="sm" className={classes.value}>
      {own.map(({ text, in: where }, index) =>
        where === 'both' ? (
          visible(text)
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: the pieces of a text have nothing but their place
          <Mark key={index} className={classes[side]}>
            <VisuallyHidden component="span">{label} </VisuallyHidden>
            {visible(text)}
          </Mark>
        )
      )}
    </Text>
  )
}

function NotSet() {
  return (
    <Text size="sm" c="dimmed" fs="italic">
      {words.notSet}
    </Text>
  )
}

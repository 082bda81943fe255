import { Button, Group, Text } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { ErrorPanel } from '../../../components/error-panel'
import { visible } from '../../../lib/format'
import { texts } from '../../../texts'
import type { Change } from './edits'
import { settingName, settingText } from './setting-texts'
import classes from './settings.module.css'
import { useForm } from './use-settings-form'

const { changes: words } = texts.settings

/** What a save will change, from what to what; there while something is unsaved. */
export function SaveBar() {
  const { changes, problems, error, ready, saving, save, discard } = useForm()
  useHotkeys([['mod+S', save]], [])
  if (changes.length === 0) return null
  return (
    <section className={classes.bar} aria-label={words.title(changes.length)}>
      <Text size="sm" fw={600} role="status">
        {words.title(changes.length)}
      </Text>
      <ul className={classes.changes}>
        {changes.map((change) => (
          <ChangeLine key={change.path} change={change} />
        ))}
      </ul>
      {error ? <ErrorPanel error={error} /> : null}
      <Group justify="flex-end" gap="xs">
        {Object.keys(problems).length > 0 && (
          <Text size="sm" c="var(--mantine-color-error)">
            {words.fix}
          </Text>
        )}
        <Button size="xs" variant="default" onClick={discard} disabled={saving}>
          {words.discard}
        </Button>
        <Button size="xs" onClick={save} disabled={!ready} loading={saving}>
          {words.save}
        </Button>
      </Group>
    </section>
  )
}

function ChangeLine({ change: { path, from, to } }: { change: Change }) {
  return (
    <li>
      {settingName(path)}: <del className={classes.from}>{visible(settingText(path, from))}</del> →{' '}
      <ins className={classes.to}>{visible(settingText(path, to))}</ins>
    </li>
  )
}

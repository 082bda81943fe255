import { Button, Kbd, Text } from '@mantine/core'
import { texts } from '../../../texts'
import { RolloutStatus } from './rollout-status'
import classes from './rule-editor.module.css'

const words = texts.ruleEditor

export interface EditorBarProps {
  instanceId: string
  isNew: boolean
  /** How many fields. */
  changed: number
  pending: boolean
  /** The revision that the last save led to; undefined: none to speak of. */
  savedAt: number | undefined
  onDiscard: () => void
}

/** Stays in sight beneath the form: what is not saved, and the way to save it. */
export function EditorBar({ instanceId, isNew, changed, pending, savedAt, onDiscard }: EditorBarProps) {
  const state = changed > 0 ? words.changes(changed) : words.noChanges
  return (
    <div className={classes.bar}>
      <Button
        type="submit"
        loading={pending}
        disabled={!isNew && changed === 0}
        rightSection={<Kbd size="xs">Ctrl S</Kbd>}
      >
        {isNew ? words.create : words.review}
      </Button>
      {changed > 0 && (
        <Button variant="default" onClick={onDiscard}>
          {words.discard}
        </Button>
      )}
      <div className={classes.barText}>
        {savedAt === undefined ? (
          <Text size="sm" c="dimmed">
            {isNew ? words.unsaved : state}
          </Text>
        ) : (
          <RolloutStatus instanceId={instanceId} revision={savedAt} key={savedAt} />
        )}
      </div>
    </div>
  )
}

import type { Instance } from '@parley/contracts'
import { useMutation } from '@tanstack/react-query'
import { createContext, useContext, useMemo, useState } from 'react'
import { tellDone } from '../../../lib/notify'
import { texts } from '../../../texts'
import { updateInstance } from '../changes'
import { instanceFieldErrors } from '../instance-fields'
import {
  type Change,
  changesOf,
  type Edits,
  patchOf,
  type SettingPath,
  type SettingValue,
  settingOf
} from './edits'
import { type Problems, problemsOf } from './problems'

export interface SettingsForm {
  instance: Instance
  /** What is shown: the edit, else what stands. */
  value: (path: SettingPath) => SettingValue
  set: (path: SettingPath, value: SettingValue) => void
  changes: Change[]
  /** By setting: what the bounds say, then what the API said. */
  problems: Problems
  /** What the API said that belongs to no field. */
  error: unknown
  saving: boolean
  /** False while there is nothing to save, or something that cannot be. */
  ready: boolean
  save: () => void
  discard: () => void
}

/** The settings of an instance in the middle of being changed. */
export function useSettingsForm(instance: Instance): SettingsForm {
  const [edits, setEdits] = useState<Edits>({})
  const saving = useMutation({
    mutationFn: (changes: readonly Change[]) => updateInstance(instance.id, patchOf(changes)),
    onSuccess: ({ revision }) => {
      setEdits({})
      tellDone(texts.settings.changes.saved(revision))
    }
  })
  const changes = useMemo(() => changesOf(instance, edits), [instance, edits])
  const own = useMemo(() => problemsOf(instance, changes, edits), [instance, changes, edits])
  const refused = instanceFieldErrors(saving.error) as Problems
  const ready = changes.length > 0 && Object.keys(own).length === 0
  return {
    instance,
    value: (path) => edits[path] ?? (path in edits ? null : settingOf(instance, path)),
    set: (path, value) => {
      setEdits((before) => ({ ...before, [path]: value }))
      saving.reset()
    },
    changes,
    problems: { ...refused, ...own },
    error: Object.keys(refused).length > 0 ? null : saving.error,
    saving: saving.isPending,
    ready,
    save: () => ready && !saving.isPending && saving.mutate(changes),
    discard: () => {
      setEdits({})
      saving.reset()
    }
  }
}

export const SettingsFormContext = createContext<SettingsForm | null>(null)

/** For the fields within the settings page. */
export function useForm(): SettingsForm {
  return useContext(SettingsFormContext)!
}

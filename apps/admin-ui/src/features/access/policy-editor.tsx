import { Button, Drawer, Group, Stack, Text } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { AuthorizationPolicy, PolicyCreate } from '@parley/contracts'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ErrorPanel } from '../../components/error-panel'
import { VersionConflict } from '../../components/version-conflict'
import { ApiProblem } from '../../lib/api-client'
import { tellDone } from '../../lib/notify'
import { texts } from '../../texts'
import { createPolicy, policiesKey, readPolicy, replacePolicy } from './policies-queries'
import { PolicyFields } from './policy-fields'
import {
  newPolicyValues,
  type PolicyValues,
  policyBody,
  policyErrors,
  policyTexts,
  policyValues
} from './policy-values'

const words = texts.policies

/** A policy that is edited; 'new': one that is not there yet. */
export type Edited = AuthorizationPolicy | 'new'

export interface PolicyEditorProps {
  instanceId: string
  policies: readonly AuthorizationPolicy[]
  edited: Edited | undefined
  onClose: () => void
}

/** Creates or changes a policy next to the list. */
export function PolicyEditor({ instanceId, policies, edited, onClose }: PolicyEditorProps) {
  const title =
    edited === undefined || edited === 'new' ? words.form.newTitle : words.form.editTitle(edited.name)
  return (
    <Drawer
      opened={edited !== undefined}
      onClose={onClose}
      position="right"
      size="lg"
      title={title}
      // What was typed is not thrown away by a click beside it.
      closeOnClickOutside={false}
      closeButtonProps={{ 'aria-label': texts.words.close }}
    >
      {edited && <EditorForm instanceId={instanceId} policies={policies} edited={edited} onDone={onClose} />}
    </Drawer>
  )
}

interface EditorFormProps {
  instanceId: string
  policies: readonly AuthorizationPolicy[]
  edited: Edited
  onDone: () => void
}

function EditorForm({ instanceId, policies, edited, onDone }: EditorFormProps) {
  const form = useForm<PolicyValues>({
    initialValues: edited === 'new' ? newPolicyValues(policies) : policyValues(edited)
  })
  const { saving, theirs, gone, save, keepMine, takeTheirs } = useSaving({ instanceId, edited, onDone })
  const onError = (error: unknown) => {
    const errors = policyErrors(error)
    form.setErrors(errors)
    // It may well have scrolled out of sight.
    for (const field of Object.keys(errors).slice(0, 1)) form.getInputNode(field)?.focus()
  }
  const submit = form.onSubmit((values) => save(policyBody(values), onError))
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {theirs && (
          <VersionConflict
            mine={policyTexts(policyBody(form.values))}
            theirs={policyTexts(policyBody(policyValues(theirs)))}
            pending={saving.isPending}
            onKeepMine={() => keepMine(policyBody(form.values), onError)}
            onTakeTheirs={() => {
              form.setValues(policyValues(theirs))
              takeTheirs()
            }}
          />
        )}
        <PolicyFields form={form} />
        {gone && (
          <Text role="alert" size="sm" c="var(--mantine-color-error)">
            {texts.versionConflict.gone}
          </Text>
        )}
        {saving.error && !theirs && !gone && <ErrorPanel error={saving.error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onDone}>
            {texts.words.cancel}
          </Button>
          <Button type="submit" loading={saving.isPending} disabled={theirs !== undefined}>
            {edited === 'new' || gone ? words.form.submitNew : words.form.submit}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

interface Attempt {
  body: PolicyCreate
  /** The version that it builds on; undefined: none, it is created. */
  base: AuthorizationPolicy | undefined
}

/** Saves on top of the version that was opened; when that is not the last one any more, reads the last one. */
function useSaving({
  instanceId,
  edited,
  onDone
}: Pick<EditorFormProps, 'instanceId' | 'edited' | 'onDone'>) {
  const client = useQueryClient()
  const [base, setBase] = useState(edited === 'new' ? undefined : edited)
  const [theirs, setTheirs] = useState<AuthorizationPolicy>()
  const gone = edited !== 'new' && base === undefined
  const saving = useMutation({
    mutationFn: ({ body, base: from }: Attempt) =>
      from ? replacePolicy(instanceId, from.id, body, from.revision) : createPolicy(instanceId, body),
    onSuccess({ name }, { base: from }) {
      tellDone(from ? words.saved(name) : words.created(name))
      onDone()
      void client.invalidateQueries({ queryKey: policiesKey(instanceId) })
    }
  })
  const attempt = async (attempted: Attempt, onError: (error: unknown) => void) => {
    try {
      await saving.mutateAsync(attempted)
    } catch (error) {
      onError(error)
      if (!attempted.base || !isOvertaken(error)) return
      const current = await currentOf(instanceId, attempted.base.id)
      setTheirs(current)
      if (!current) setBase(undefined)
    }
  }
  return {
    saving,
    theirs,
    gone,
    save: (body: PolicyCreate, onError: (error: unknown) => void) => attempt({ body, base }, onError),
    keepMine(body: PolicyCreate, onError: (error: unknown) => void) {
      setBase(theirs)
      setTheirs(undefined)
      return attempt({ body, base: theirs }, onError)
    },
    takeTheirs() {
      setBase(theirs)
      setTheirs(undefined)
      saving.reset()
    }
  }
}

function isOvertaken(error: unknown): boolean {
  return error instanceof ApiProblem && (error.code === 'changed_meanwhile' || error.status === 404)
}

/** Undefined when it is deleted. */
async function currentOf(instanceId: string, policyId: string): Promise<AuthorizationPolicy | undefined> {
  try {
    return await readPolicy(instanceId, policyId)
  } catch (error) {
    if (error instanceof ApiProblem && error.status === 404) return undefined
    throw error
  }
}

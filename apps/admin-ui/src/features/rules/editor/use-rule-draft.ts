import { useForm } from '@mantine/form'
import type { EnhancementRule } from '@parley/contracts'
import { useEffect, useMemo, useState } from 'react'
import { forgetStored, readStored, writeStored } from '../../../lib/session-store'
import { changedFields, contentOf, type RuleContent } from './rule-content'
import { contentOfForm, formOf, propertyRow, type RuleForm } from './rule-form'

/** What edits build on: a saved rule at a revision, or what a new rule began as. */
export interface Base {
  content: RuleContent
  revision: number | undefined
}

/** What edits of a saved rule build on. */
export function baseOf(rule: EnhancementRule): Base {
  return { content: contentOf(rule), revision: rule.revision }
}

interface Kept {
  base: Base
  form: RuleForm
}

/** Where what was typed is kept over a reload and a sign-in. */
function keptKey(instanceId: string, ruleId: string | undefined): string {
  return `rule-draft/${instanceId}/${ruleId ?? 'new'}`
}

/** The form of a rule, what it builds on, and what changed since. */
export function useRuleDraft(instanceId: string, rule: EnhancementRule | undefined, start: RuleContent) {
  const key = keptKey(instanceId, rule?.id)
  const [kept] = useState(() => readStored<Kept>(key))
  const [base, setBase] = useState<Base>(
    () => kept?.base ?? (rule ? baseOf(rule) : { content: start, revision: undefined })
  )
  const form = useForm<RuleForm>({ initialValues: kept ? renumbered(kept.form) : formOf(base.content) })
  const content = useMemo(() => contentOfForm(form.values), [form.values])
  const changed = useMemo(() => changedFields(base.content, content), [base, content])
  const dirty = changed.length > 0
  useEffect(() => {
    if (dirty) writeStored(key, { base, form: form.values } satisfies Kept)
    else forgetStored(key)
  }, [key, dirty, base, form.values])

  useEffect(() => {
    // Somebody else saved a newer version, and nothing here stands against it.
    if (!dirty && rule && rule.revision > (base.revision ?? 0)) begin(baseOf(rule))
  })

  /** Begins anew from a version, or with other content on it: what was typed is given up. */
  const begin = (next: Base, content = next.content) => {
    setBase(next)
    form.setValues(formOf(content))
    form.clearErrors()
  }
  return {
    form,
    content,
    base,
    changed,
    dirty,
    restored: kept !== undefined,
    begin,
    forget: () => forgetStored(key)
  }
}

export type RuleDraft = ReturnType<typeof useRuleDraft>

/** Ids of rows count from the load of the page: those of before may be taken. */
function renumbered(form: RuleForm): RuleForm {
  const userProperties = form.actions.userProperties.map(({ key, value }) => propertyRow(key, value))
  return { ...form, actions: { ...form.actions, userProperties } }
}

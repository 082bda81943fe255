import {
  type AuthorizationPolicy,
  type PolicyAction,
  type PolicyCreate,
  type PolicyEffect,
  type PolicyQos,
  type PolicyStatus,
  policyBounds
} from '@parley/contracts'
import type { FieldText } from '../../components/version-conflict'
import { fieldErrors } from '../../lib/field-errors'
import { texts } from '../../texts'
import { conditionText } from './condition-text'

const { form: words, effects, actionNames } = texts.policies

export type Retain = keyof typeof words.retains

/** A policy as a form holds it: by the names of the API, what is no text as a text. */
export interface PolicyValues {
  name: string
  effect: PolicyEffect
  actions: PolicyAction[]
  condition: {
    clientId: string
    username: string
    address: string
    topic: string
    qos: string[]
    retain: Retain
  }
  /** A text while it is being typed. */
  priority: number | string
  status: PolicyStatus
  remark: string
}

/** In the order in which a policy names them, whatever the order of the clicks. */
const actionOrder: readonly PolicyAction[] = ['connect', 'publish', 'subscribe']
const stepBehindLast = 10

/** A new policy comes last: it changes nothing of what the others decide. */
export function newPolicyValues(policies: readonly AuthorizationPolicy[]): PolicyValues {
  const last = policies.at(-1)
  const priority = last ? last.priority + stepBehindLast : policyBounds.priorityDefault
  return {
    name: '',
    effect: 'allow',
    actions: [...actionOrder],
    condition: {
      clientId: '*',
      username: '*',
      address: '',
      topic: '*',
      qos: ['0', '1', '2'],
      retain: 'either'
    },
    priority: Math.min(priority, policyBounds.priorityMax),
    status: 'active',
    remark: ''
  }
}

export function policyValues(policy: AuthorizationPolicy): PolicyValues {
  const { name, effect, actions, condition, priority, status, remark } = policy
  const { address, qos, retain } = condition
  return {
    name,
    effect,
    actions,
    condition: {
      ...condition,
      address: address ?? '',
      qos: qos.map(String),
      retain: retain === null ? 'either' : retain ? 'retained' : 'notRetained'
    },
    priority,
    status,
    remark
  }
}

/** What the API is sent. An empty pattern is meant as any. */
export function policyBody({ condition, priority, ...rest }: PolicyValues): PolicyCreate {
  const { clientId, username, address, topic, qos, retain } = condition
  return {
    ...rest,
    actions: actionOrder.filter((action) => rest.actions.includes(action)),
    condition: {
      clientId: clientId || '*',
      username: username || '*',
      address: address.trim() || null,
      topic: topic || '*',
      qos: qos.map((level) => Number(level) as PolicyQos).sort(),
      retain: retain === 'either' ? null : retain === 'retained'
    },
    // An empty field is no number: the API says so next to it.
    priority: typeof priority === 'number' ? priority : Number.NaN
  }
}

/** By the names of the form; what is said of one entry of a list stands at the list. */
export function policyErrors(error: unknown): Record<string, string> {
  const errors: Record<string, string> = {}
  for (const [field, message] of Object.entries(fieldErrors(error))) {
    errors[field.replace(/\.\d+$/, '')] ??= message
  }
  return errors
}

/** Field by field, to compare two versions. */
export function policyTexts(body: PolicyCreate): FieldText[] {
  const { name, effect, actions, condition = {}, priority, status, remark } = body
  return [
    { label: words.name, value: name },
    { label: words.effect, value: effects[effect] },
    { label: words.actions, value: actions.map((action) => actionNames[action]).join(', ') },
    { label: words.conditionLegend, value: conditionText(condition) },
    { label: words.priority, value: String(priority) },
    { label: words.active, value: status ?? '' },
    { label: words.remark, value: remark ?? '' }
  ]
}

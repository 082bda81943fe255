import type { EnhancementRule, EnhancementRuleCreate, RulePriorities, RuleStatus } from '@parley/contracts'
import { queryOptions } from '@tanstack/react-query'
import { get, query, request } from '../../lib/api-client'
import type { Page } from '../../lib/page'
import { instanceKey } from '../instances/queries'

const rulesPerRequest = 100

function rulesPath(instanceId: string): string {
  return `/instances/${instanceId}/enhancement-rules`
}

function rulePath(instanceId: string, ruleId: string): string {
  return `${rulesPath(instanceId)}/${encodeURIComponent(ruleId)}`
}

/** The keys of the list and of each rule begin with this. */
export function rulesKey(instanceId: string) {
  return [...instanceKey(instanceId), 'rules'] as const
}

/** All rules of an instance, in the order in which they apply. */
export function rulesQuery(instanceId: string) {
  return queryOptions({
    queryKey: [...rulesKey(instanceId), 'all'],
    queryFn: ({ signal }) => readAllRules(instanceId, signal)
  })
}

async function readAllRules(instanceId: string, signal: AbortSignal): Promise<EnhancementRule[]> {
  const rules: EnhancementRule[] = []
  let cursor: string | undefined
  do {
    const search = query({ limit: rulesPerRequest, cursor })
    const page = await get<Page<EnhancementRule>>(`${rulesPath(instanceId)}${search}`, signal)
    rules.push(...page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor)
  return rules
}

export function ruleQuery(instanceId: string, ruleId: string) {
  return queryOptions({
    queryKey: [...rulesKey(instanceId), 'one', ruleId],
    queryFn: ({ signal }) => get<EnhancementRule>(rulePath(instanceId, ruleId), signal)
  })
}

/** Throws ApiProblem: `invalid`, `name_taken`, `rules_limit_reached`. */
export function createRule(instanceId: string, body: EnhancementRuleCreate): Promise<EnhancementRule> {
  return request('POST', rulesPath(instanceId), { body })
}

/** Throws ApiProblem: `invalid`, `name_taken`, `not_found`; `changed_meanwhile` when it is not at that revision any more. */
export function replaceRule(
  instanceId: string,
  ruleId: string,
  body: EnhancementRuleCreate,
  revision: number
): Promise<EnhancementRule> {
  return request('PUT', rulePath(instanceId, ruleId), { body, ifMatch: revision })
}

/** Throws ApiProblem. */
export function switchRule(instanceId: string, ruleId: string, status: RuleStatus): Promise<EnhancementRule> {
  return request('PATCH', rulePath(instanceId, ruleId), { body: { status } })
}

/** Throws ApiProblem. */
export function deleteRule(instanceId: string, ruleId: string): Promise<void> {
  return request('DELETE', rulePath(instanceId, ruleId))
}

/** Resolves to all rules in their new order. Throws ApiProblem. */
export async function savePriorities(
  instanceId: string,
  priorities: RulePriorities
): Promise<EnhancementRule[]> {
  const body = priorities
  const page = await request<Page<EnhancementRule>>('PUT', `${rulesPath(instanceId)}/priorities`, { body })
  return page.items
}

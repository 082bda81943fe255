import type {
  AuthorizationPolicy,
  Instance,
  PolicyCreate,
  PolicyDecision,
  PolicyPatch,
  PolicyPriorities,
  PolicyTest
} from '@parley/contracts'
import { keepPreviousData, queryOptions, skipToken } from '@tanstack/react-query'
import { get, query, request } from '../../lib/api-client'
import type { Page } from '../../lib/page'
import { instanceKey } from '../instances/queries'

const policiesPerRequest = 100

function policiesPath(instanceId: string): string {
  return `/instances/${instanceId}/policies`
}

function policyPath(instanceId: string, policyId: string): string {
  return `${policiesPath(instanceId)}/${encodeURIComponent(policyId)}`
}

/** The keys of the list and of what the policies answer begin with this: a change of policies concerns both. */
export function policiesKey(instanceId: string) {
  return [...instanceKey(instanceId), 'policies'] as const
}

/** All policies of an instance, in the order in which they are asked. */
export function policiesQuery(instanceId: string) {
  return queryOptions({
    queryKey: [...policiesKey(instanceId), 'all'],
    queryFn: ({ signal }) => readAllPolicies(instanceId, signal)
  })
}

async function readAllPolicies(instanceId: string, signal: AbortSignal): Promise<AuthorizationPolicy[]> {
  const policies: AuthorizationPolicy[] = []
  let cursor: string | undefined
  do {
    const search = query({ limit: policiesPerRequest, cursor })
    const page = await get<Page<AuthorizationPolicy>>(`${policiesPath(instanceId)}${search}`, signal)
    policies.push(...page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor)
  return policies
}

/** Throws ApiProblem: `not_found` when it is deleted. */
export function readPolicy(instanceId: string, policyId: string): Promise<AuthorizationPolicy> {
  return get(policyPath(instanceId, policyId))
}

/** Throws ApiProblem: `invalid`, `name_taken`, `policies_limit_reached`. */
export function createPolicy(instanceId: string, body: PolicyCreate): Promise<AuthorizationPolicy> {
  return request('POST', policiesPath(instanceId), { body })
}

/** Throws ApiProblem: `invalid`, `name_taken`, `not_found`; `changed_meanwhile` when it is not at that revision any more. */
export function replacePolicy(
  instanceId: string,
  policyId: string,
  body: PolicyCreate,
  revision: number
): Promise<AuthorizationPolicy> {
  return request('PUT', policyPath(instanceId, policyId), { body, ifMatch: revision })
}

/** Throws ApiProblem. */
export function patchPolicy(
  instanceId: string,
  policyId: string,
  body: PolicyPatch
): Promise<AuthorizationPolicy> {
  return request('PATCH', policyPath(instanceId, policyId), { body })
}

/** Throws ApiProblem. */
export function deletePolicy(instanceId: string, policyId: string): Promise<void> {
  return request('DELETE', policyPath(instanceId, policyId))
}

/** Resolves to all policies in their new order. Throws ApiProblem. */
export async function savePriorities(
  instanceId: string,
  body: PolicyPriorities
): Promise<AuthorizationPolicy[]> {
  const path = `${policiesPath(instanceId)}/priorities`
  const page = await request<Page<AuthorizationPolicy>>('PUT', path, { body })
  return page.items
}

/** Whether the policies are asked at all is a setting of the instance. Throws ApiProblem. */
export function switchAuthorizationOn(instanceId: string): Promise<Instance> {
  return request('PATCH', `/instances/${instanceId}`, { body: { authorization: { enabled: true } } })
}

/** `enabled`: whether the instance asks its policies at all. */
export type PolicyTestAnswer = PolicyDecision & { enabled: boolean }

/** What the policies say to a question; asked again with every change of them. Undefined: nothing was asked yet. */
export function policyTestQuery(instanceId: string, question: PolicyTest | undefined) {
  const path = `${policiesPath(instanceId)}/test`
  return queryOptions({
    queryKey: [...policiesKey(instanceId), 'test', question],
    queryFn: question
      ? ({ signal }) => request<PolicyTestAnswer>('POST', path, { body: question, signal })
      : skipToken,
    placeholderData: keepPreviousData,
    staleTime: 0,
    gcTime: 0
  })
}

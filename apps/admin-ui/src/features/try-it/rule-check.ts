import { useDebouncedValue } from '@mantine/hooks'
import type {
  DryRun,
  DryRunAnswer,
  EnhancementRule,
  EnhancementRuleCreate,
  Instance
} from '@parley/contracts'
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { request } from '../../lib/api-client'
import { instanceKey, instanceQuery } from '../instances/queries'
import { exampleRule, type RequesterFields } from './prefill'

const typingPauseMs = 250
const rolloutPollMs = 200
const rolloutPollsMax = 25

/** What the rules of the instance make of the request as it stands in the form. */
export function useRuleCheck(instanceId: string, fields: RequesterFields, username: string, payload: string) {
  const { clientId, version, topic, qos } = fields
  const body: DryRun = {
    message: { clientId, username: username || null, protocolVersion: version, topic, qos, payload }
  }
  const [settled] = useDebouncedValue(JSON.stringify(body), typingPauseMs)
  return useQuery({
    queryKey: [...instanceKey(instanceId), 'try-it', settled],
    queryFn: ({ signal }) =>
      request<DryRunAnswer>('POST', `/instances/${instanceId}/enhancement-rules/dry-run`, {
        body: JSON.parse(settled),
        signal
      }),
    enabled: topic !== '' && clientId !== '',
    placeholderData: keepPreviousData
  })
}

/** Creates the rule that the request needs; done when every node obeys it. */
export function useExampleRule(instanceId: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (fields: RequesterFields) => {
      await createRule(instanceId, exampleRule(fields))
      for (let polls = 0; polls < rolloutPollsMax; polls++) {
        const instance = await client.fetchQuery({ ...instanceQuery(instanceId), staleTime: 0 })
        if (isRolledOut(instance)) break
        await new Promise((resolve) => setTimeout(resolve, rolloutPollMs))
      }
    },
    onSettled: () => client.invalidateQueries({ queryKey: instanceKey(instanceId) })
  })
}

function createRule(instanceId: string, body: EnhancementRuleCreate): Promise<EnhancementRule> {
  return request('POST', `/instances/${instanceId}/enhancement-rules`, { body })
}

function isRolledOut({ rollout }: Instance): boolean {
  return rollout.nodes > 0 && rollout.applied === rollout.nodes
}

/** What a dry run means for somebody who waits for a reply. */
export type RuleVerdict =
  /** This rule sets the Response Topic. */
  | { kind: 'sets'; ruleId: string; ruleName: string; responseTopic: string }
  /** Rules match; none of them gives it a Response Topic. */
  | { kind: 'no-topic'; ruleNames: string[] }
  /** This one would match, but is switched off. */
  | { kind: 'inactive'; ruleId: string; ruleName: string }
  | { kind: 'none' }

export function verdictOf({ rules, properties, setBy }: DryRunAnswer): RuleVerdict {
  const { responseTopic } = properties
  const setter = rules.find(({ ruleId }) => ruleId === setBy.responseTopic?.ruleId)
  if (setter && responseTopic !== undefined) {
    return { kind: 'sets', ruleId: setter.ruleId, ruleName: setter.name, responseTopic }
  }
  const matching = rules.filter(({ matched }) => matched)
  const active = matching.filter(({ status }) => status === 'active')
  if (active.length > 0) return { kind: 'no-topic', ruleNames: active.map(({ name }) => name) }
  const [inactive] = matching
  return inactive ? { kind: 'inactive', ruleId: inactive.ruleId, ruleName: inactive.name } : { kind: 'none' }
}

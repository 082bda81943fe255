import type { EnhancementRule, RuleStatus } from '@parley/contracts'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { tellFailed } from '../../../lib/notify'
import { texts } from '../../../texts'
import { rulesKey, rulesQuery, switchRule } from '../queries'

/** Switches a rule on or off: shown at once, taken back with a word when it fails. Clicks are saved one after the other. */
export function useRuleSwitch(instanceId: string): (rule: EnhancementRule, active: boolean) => void {
  const client = useQueryClient()
  const { queryKey } = rulesQuery(instanceId)
  const mutationKey = ['rule-switch', instanceId]
  const show = (changed: Pick<EnhancementRule, 'id'> & Partial<EnhancementRule>) =>
    client.setQueryData(queryKey, (rules) =>
      rules?.map((rule) => (rule.id === changed.id ? { ...rule, ...changed } : rule))
    )
  const change = useMutation({
    mutationKey,
    scope: { id: mutationKey.join() },
    mutationFn: ({ rule, status }: { rule: EnhancementRule; status: RuleStatus }) =>
      switchRule(instanceId, rule.id, status),
    onMutate({ rule, status }) {
      void client.cancelQueries({ queryKey })
      show({ id: rule.id, status })
    },
    onSuccess({ id, status, revision, updatedAt }) {
      if (client.isMutating({ mutationKey }) === 1) show({ id, status, revision, updatedAt })
      return client.invalidateQueries({ queryKey: rulesKey(instanceId), refetchType: 'none' })
    },
    onError(error, { rule }) {
      show({ id: rule.id, status: rule.status })
      tellFailed(texts.rules.switchFailed(rule.name), error)
    }
  })
  return (rule, active) => change.mutate({ rule, status: active ? 'active' : 'inactive' })
}

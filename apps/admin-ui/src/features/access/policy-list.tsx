import type { AuthorizationPolicy, PolicyStatus } from '@parley/contracts'
import { policyBounds } from '@parley/contracts'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { SortableList } from '../../components/sortable-list'
import { tellFailed } from '../../lib/notify'
import { useReorder } from '../../lib/use-reorder'
import { texts } from '../../texts'
import { patchPolicy, policiesKey, policiesQuery, savePriorities } from './policies-queries'
import { PolicyRow, type PolicyRowProps } from './policy-row'

const words = texts.policies

export interface PolicyListProps extends Pick<PolicyRowProps, 'onEdit' | 'onDelete'> {
  instanceId: string
  policies: AuthorizationPolicy[]
  /** The policy that decided the question that was asked last. */
  decidedBy: string | undefined
}

/** The policies in the order in which they are asked; sorted by hand. */
export function PolicyList({ instanceId, policies, decidedBy, ...acts }: PolicyListProps) {
  const onSwitch = useSwitch(instanceId)
  const reorder = useReorder<AuthorizationPolicy>({
    listKey: policiesQuery(instanceId).queryKey,
    concerned: policiesKey(instanceId),
    priorityMax: policyBounds.priorityMax,
    save: (priorities) => savePriorities(instanceId, priorities),
    onFailed: (error) => tellFailed(words.moveFailed, error)
  })
  return (
    <SortableList
      label={words.list}
      items={policies}
      rowId={({ id }) => id}
      rowName={({ name }) => name}
      onMove={reorder}
      renderRow={(policy, index) => (
        <PolicyRow
          policy={policy}
          place={index + 1}
          decides={policy.id === decidedBy}
          onSwitch={onSwitch}
          {...acts}
        />
      )}
    />
  )
}

/** Shown at once, taken back with a word when it fails. */
function useSwitch(instanceId: string): PolicyRowProps['onSwitch'] {
  const client = useQueryClient()
  const { queryKey } = policiesQuery(instanceId)
  const show = (id: string, status: PolicyStatus) =>
    client.setQueryData(queryKey, (policies) =>
      policies?.map((policy) => (policy.id === id ? { ...policy, status } : policy))
    )
  const change = useMutation({
    mutationFn: ({ policy, status }: { policy: AuthorizationPolicy; status: PolicyStatus }) =>
      patchPolicy(instanceId, policy.id, { status }),
    onMutate({ policy, status }) {
      void client.cancelQueries({ queryKey })
      show(policy.id, status)
    },
    onError(error, { policy }) {
      show(policy.id, policy.status)
      tellFailed(words.switchFailed(policy.name), error)
    },
    onSettled: () => client.invalidateQueries({ queryKey: policiesKey(instanceId) })
  })
  return (policy, active) => change.mutate({ policy, status: active ? 'active' : 'inactive' })
}

import type { AuthorizationPolicy } from '@parley/contracts'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ConfirmByName } from '../../components/confirm-by-name'
import { tellDone } from '../../lib/notify'
import { texts } from '../../texts'
import { deletePolicy, policiesKey } from './policies-queries'

const { deletion: words } = texts.policies

export interface DeletePolicyProps {
  instanceId: string
  /** Undefined: none is to be deleted. */
  policy: AuthorizationPolicy | undefined
  onClose: () => void
}

/** Asks before a policy is gone, and says who loses or gets what by it. */
export function DeletePolicy({ instanceId, policy, onClose }: DeletePolicyProps) {
  const client = useQueryClient()
  const deletion = useMutation({
    mutationFn: ({ id }: AuthorizationPolicy) => deletePolicy(instanceId, id),
    onSuccess(_, { name }) {
      onClose()
      tellDone(words.done(name))
      void client.invalidateQueries({ queryKey: policiesKey(instanceId) })
    }
  })
  const close = () => {
    deletion.reset()
    onClose()
  }
  return (
    <ConfirmByName
      opened={policy !== undefined}
      title={words.title}
      name={policy?.name ?? ''}
      act={words.submit}
      onConfirm={() => policy && deletion.mutate(policy)}
      onClose={close}
      pending={deletion.isPending}
      error={deletion.error}
    >
      {policy && `${words[policy.effect](policy.name)} ${words.undone}`}
    </ConfirmByName>
  )
}

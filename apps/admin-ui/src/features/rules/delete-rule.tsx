import type { EnhancementRule } from '@parley/contracts'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { ConfirmByName } from '../../components/confirm-by-name'
import { tellDone } from '../../lib/notify'
import { texts } from '../../texts'
import { deleteRule, rulesKey } from './queries'

const { deletion: words } = texts.rules

export interface DeleteRuleProps {
  instanceId: string
  /** Undefined: nothing is asked. */
  rule: Pick<EnhancementRule, 'id' | 'name'> | undefined
  onClose: () => void
  /** After it is gone. */
  onDeleted?: () => void
}

/** Asks for the name of a rule and deletes it. */
export function DeleteRule({ instanceId, rule, onClose, onDeleted }: DeleteRuleProps) {
  const client = useQueryClient()
  const removal = useMutation({
    mutationFn: (id: string) => deleteRule(instanceId, id),
    async onSuccess() {
      tellDone(words.done(rule?.name ?? ''))
      close()
      onDeleted?.()
      await client.invalidateQueries({ queryKey: rulesKey(instanceId) })
    }
  })
  const close = () => {
    removal.reset()
    onClose()
  }
  return (
    <ConfirmByName
      opened={rule !== undefined}
      title={words.title}
      name={rule?.name ?? ''}
      act={words.act}
      onConfirm={() => rule && removal.mutate(rule.id)}
      onClose={close}
      pending={removal.isPending}
      error={removal.error}
    >
      {words.text(rule?.name ?? '')}
    </ConfirmByName>
  )
}

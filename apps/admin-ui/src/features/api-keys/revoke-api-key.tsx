import type { ApiKeyView } from '@parley/contracts'
import { useMutation } from '@tanstack/react-query'
import { ConfirmByName } from '../../components/confirm-by-name'
import { texts } from '../../texts'
import { revokeApiKey } from './queries'

const { revoke } = texts.apiKeys

/** Asks before a key stops working. Shown while there is a key. */
export function RevokeApiKey({ apiKey, onClose }: { apiKey: ApiKeyView | undefined; onClose: () => void }) {
  const revocation = useMutation({ mutationFn: revokeApiKey, onSuccess: onClose })
  const close = () => {
    revocation.reset()
    onClose()
  }
  return (
    <ConfirmByName
      opened={apiKey !== undefined}
      title={revoke.title}
      name={apiKey?.name ?? ''}
      act={revoke.act}
      onConfirm={() => apiKey && revocation.mutate(apiKey.id)}
      onClose={close}
      pending={revocation.isPending}
      error={revocation.error}
    >
      {revoke.text}
    </ConfirmByName>
  )
}

import { Alert } from '@mantine/core'
import { IconLock } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { get } from '../../../lib/api-client'
import type { Page } from '../../../lib/page'
import { texts } from '../../../texts'
import { instanceKey } from '../queries'
import { useForm } from './use-settings-form'

const { access: words } = texts.settings

/** Before the settings would shut out every client: no users to sign in as, no policy that allows anything. */
export function LockoutWarning() {
  const { changes } = useForm()
  const withoutUsers = useIsNone(
    'users',
    changes.some(({ path, to }) => path === 'authentication.anonymous' && to === false)
  )
  const withoutPolicies = useIsNone(
    'policies',
    changes.some(({ path, to }) => path === 'authorization.enabled' && to === true)
  )
  if (!withoutUsers && !withoutPolicies) return null
  return (
    <Alert role="status" color="orange" variant="light" icon={<IconLock />} title={words.lockout}>
      {withoutUsers && <div>{words.noUsers}</div>}
      {withoutPolicies && <div>{words.noPolicies}</div>}
    </Alert>
  )
}

/** True when the instance has none of these; false while that is not known or not asked. */
function useIsNone(what: 'users' | 'policies', asked: boolean): boolean {
  const { instance } = useForm()
  const { data } = useQuery({
    queryKey: [...instanceKey(instance.id), what, 'any'],
    queryFn: ({ signal }) => get<Page<unknown>>(`/instances/${instance.id}/${what}?limit=1`, signal),
    enabled: asked
  })
  return asked && data?.items.length === 0
}

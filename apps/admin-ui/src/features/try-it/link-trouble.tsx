import { Alert, Text } from '@mantine/core'
import type { Instance } from '@parley/contracts'
import { texts } from '../../texts'
import { InstanceLink } from './instance-link'
import type { LinkState } from './link'
import { isAboutAccess, reasonInWords } from './reason-codes'

const { link } = texts.tryIt

/** Why a client is not connected, and what to do about it. Nothing while all is well. */
export function LinkTrouble({ state, instance }: { state: LinkState; instance: Instance }) {
  if (state.kind !== 'refused' && state.kind !== 'lost') return null
  return (
    <Alert role="alert" variant="light" color={state.kind === 'refused' ? 'red' : 'orange'} p="xs">
      <Text size="sm">{troubleText(state, instance.endpoints.ws)}</Text>
      {state.kind === 'refused' && isAboutAccess(state.code) && <AccessAdvice instanceId={instance.id} />}
    </Alert>
  )
}

type Trouble = Extract<LinkState, { kind: 'refused' | 'lost' }>

function troubleText(state: Trouble, url: string): string {
  if (state.kind === 'refused') {
    const reason = reasonInWords(state.code)
    return state.what === 'connection' ? link.connectionRefused(reason) : link.subscriptionRefused(reason)
  }
  if (state.code !== undefined) return link.connectionLostBecause(reasonInWords(state.code))
  return state.before ? link.connectionLost : link.unreachable(url)
}

function AccessAdvice({ instanceId }: { instanceId: string }) {
  return (
    <Text size="sm">
      {link.accessAdvice}{' '}
      <InstanceLink section="users" instanceId={instanceId}>
        {link.users}
      </InstanceLink>
      {', '}
      <InstanceLink section="policies" instanceId={instanceId}>
        {link.policies}
      </InstanceLink>
    </Text>
  )
}

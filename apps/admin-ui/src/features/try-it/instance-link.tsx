import { Anchor } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'

export interface InstanceLinkProps {
  instanceId: string
  section: 'settings' | 'users' | 'policies' | 'rules' | 'dead-letters'
  children: ReactNode
}

/** Within a sentence: leads to another page of the instance. */
export function InstanceLink({ instanceId, section, children }: InstanceLinkProps) {
  return (
    <Anchor
      inherit
      underline="always"
      renderRoot={(props) => (
        <Link to={`/instances/$instanceId/${section}`} params={{ instanceId }} {...props} />
      )}
    >
      {children}
    </Anchor>
  )
}

/** Leads to one rule. */
export function RuleLink({ instanceId, ruleId, name }: { instanceId: string; ruleId: string; name: string }) {
  return (
    <Anchor
      inherit
      underline="always"
      renderRoot={(props) => (
        <Link to="/instances/$instanceId/rules/$ruleId" params={{ instanceId, ruleId }} {...props} />
      )}
    >
      {name}
    </Anchor>
  )
}

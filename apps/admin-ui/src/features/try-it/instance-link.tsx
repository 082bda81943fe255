import type { ReactNode } from 'react'
import { TextLink } from '../../components/links'

export interface InstanceLinkProps {
  instanceId: string
  section: 'settings' | 'users' | 'policies' | 'rules' | 'dead-letters'
  children: ReactNode
}

/** Within a sentence: leads to another page of the instance. */
export function InstanceLink({ instanceId, section, children }: InstanceLinkProps) {
  return (
    <TextLink to={`/instances/$instanceId/${section}`} params={{ instanceId }} inherit underline="always">
      {children}
    </TextLink>
  )
}

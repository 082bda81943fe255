import { TextLink } from '../../../components/links'
import { texts } from '../../../texts'
import { SwitchField } from './fields'
import { LockoutWarning } from './lockout-warning'
import { Section } from './section'
import { useForm } from './use-settings-form'

const { access: words } = texts.settings

/** Who is let in, and who decides what they may do. */
export function AccessSection() {
  const { instance } = useForm()
  const params = { instanceId: instance.id }
  return (
    <Section id="access" title={words.title}>
      <SwitchField
        path="authentication.anonymous"
        hint={
          <>
            {words.anonymousHint}{' '}
            <TextLink to="/instances/$instanceId/users" params={params} inherit underline="always">
              {words.users}
            </TextLink>
          </>
        }
      />
      <SwitchField
        path="authorization.enabled"
        hint={
          <>
            {words.authorizationHint}{' '}
            <TextLink to="/instances/$instanceId/policies" params={params} inherit underline="always">
              {words.policies}
            </TextLink>
          </>
        }
      />
      <LockoutWarning />
    </Section>
  )
}

import type { Instance } from '@parley/contracts'
import { TextLink } from '../../components/links'
import { texts } from '../../texts'
import classes from './facts.module.css'

const { facts: words } = texts.instanceHome

/** The settings that decide what a client meets, in one line; each leads to where it is changed. */
export function Facts({ instance }: { instance: Instance }) {
  const { authentication, authorization, sessions } = instance
  return (
    <dl className={classes.facts} aria-label={words.label}>
      <Fact name={words.autoReply} value={autoReplyText(instance)} instanceId={instance.id} />
      <Fact
        name={words.authentication}
        value={authentication.anonymous ? words.anonymous : words.withUsers}
        instanceId={instance.id}
      />
      <Fact
        name={words.authorization}
        value={authorization.enabled ? words.policies : words.everything}
        instanceId={instance.id}
      />
      <Fact name={words.sessions} value={words[sessions]} instanceId={instance.id} />
    </dl>
  )
}

function autoReplyText({ autoReply: { enabled, protocolVersions } }: Instance): string {
  if (!enabled) return words.off
  if (protocolVersions.length === 0) return words.autoReplyNoVersion
  return words.autoReplyOn([...protocolVersions].sort().join(', '))
}

function Fact({ name, value, instanceId }: { name: string; value: string; instanceId: string }) {
  return (
    <div className={classes.fact}>
      <dt>{name}</dt>
      <dd>
        <TextLink to="/instances/$instanceId/settings" params={{ instanceId }} size="sm">
          {value}
        </TextLink>
      </dd>
    </div>
  )
}

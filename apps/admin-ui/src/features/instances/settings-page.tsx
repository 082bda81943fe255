import { Stack } from '@mantine/core'
import type { Instance } from '@parley/contracts'
import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { TextLink } from '../../components/links'
import { PageHeader } from '../../components/page-header'
import { useTurns } from '../../lib/use-turns'
import { texts } from '../../texts'
import { instanceQuery } from './queries'
import { AccessSection } from './settings/access-section'
import { AutoReplySection } from './settings/auto-reply-section'
import { DangerZone } from './settings/danger-zone'
import { GeneralSection } from './settings/general-section'
import { LeaveGuard } from './settings/leave-guard'
import { LimitsSection } from './settings/limits-section'
import { SaveBar } from './settings/save-bar'
import { SessionsSection } from './settings/sessions-section'
import classes from './settings/settings.module.css'
import { SettingsFormContext, useSettingsForm } from './settings/use-settings-form'

const words = texts.settings

const parts = [
  { id: 'general', title: words.general.title },
  { id: 'access', title: words.access.title },
  { id: 'auto-reply', title: words.autoReply.title },
  { id: 'limits', title: words.limits.title },
  { id: 'sessions', title: words.sessions.title },
  { id: 'danger', title: words.danger.title }
]

/** Everything that can be set of an instance; what is changed is saved together. */
export function SettingsPage() {
  const { instanceId } = useParams({ from: '/signed-in/instances/$instanceId/settings' })
  const { data: instance } = useQuery(instanceQuery(instanceId))
  // The frame shows the way there, and what went wrong.
  return instance ? <Settings key={instanceId} instance={instance} /> : null
}

function Settings({ instance }: { instance: Instance }) {
  const form = useSettingsForm(instance)
  const turn = useTurns(3)
  return (
    <SettingsFormContext value={form}>
      <PageHeader title={words.title} about={words.about} order={2} />
      <Parts instanceId={instance.id} />
      <Stack gap="md" mb="md">
        <GeneralSection />
        <AccessSection />
        {turn >= 1 && <AutoReplySection />}
        {turn >= 2 && <LimitsSection />}
        {turn >= 3 && <SessionsSection />}
        {turn >= 3 && <DangerZone instance={instance} />}
      </Stack>
      <SaveBar />
      <LeaveGuard />
    </SettingsFormContext>
  )
}

/** The page is long: a way to each of its parts. */
function Parts({ instanceId }: { instanceId: string }) {
  return (
    <nav aria-label={words.sections} className={classes.links}>
      {parts.map(({ id, title }) => (
        <TextLink
          key={id}
          to="/instances/$instanceId/settings"
          params={{ instanceId }}
          hash={id}
          size="sm"
          activeOptions={{ includeHash: true }}
        >
          {title}
        </TextLink>
      ))}
    </nav>
  )
}

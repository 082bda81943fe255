import { Button, Stack } from '@mantine/core'
import type { EnhancementRule } from '@parley/contracts'
import { IconCopy, IconTrash } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useRouterState } from '@tanstack/react-router'
import { useState } from 'react'
import { ErrorPanel } from '../../components/error-panel'
import { ButtonLink, TextLink } from '../../components/links'
import { PageHeader } from '../../components/page-header'
import { PageSkeleton } from '../../components/page-skeleton'
import { texts } from '../../texts'
import { DeleteRule } from './delete-rule'
import { blankContent } from './editor/rule-content'
import { RuleEditor } from './editor/rule-editor'
import { ruleQuery } from './queries'

const words = texts.ruleEditor

/** One rule: see, change, try, delete. */
export function RulePage() {
  const { instanceId, ruleId } = useParams({ from: '/signed-in/instances/$instanceId/rules/$ruleId' })
  const savedRevision = useRouterState({ select: ({ location }) => location.state.savedRevision })
  const { data: rule, error, refetch } = useQuery(ruleQuery(instanceId, ruleId))
  if (!rule && !error) return <PageSkeleton />
  if (!rule) {
    return (
      <Stack gap="sm" align="flex-start">
        <ErrorPanel error={error} onRetry={() => void refetch()} />
        <TextLink size="sm" to="/instances/$instanceId/rules" params={{ instanceId }}>
          {words.back}
        </TextLink>
      </Stack>
    )
  }
  return (
    <>
      <PageHeader title={rule.name} order={2} actions={<RuleActions instanceId={instanceId} rule={rule} />} />
      <RuleEditor
        key={ruleId}
        instanceId={instanceId}
        rule={rule}
        start={blankContent}
        savedRevision={savedRevision}
      />
    </>
  )
}

function RuleActions({ instanceId, rule }: { instanceId: string; rule: EnhancementRule }) {
  const [deleting, setDeleting] = useState(false)
  const navigate = useNavigate()
  return (
    <>
      <ButtonLink
        size="xs"
        variant="default"
        leftSection={<IconCopy size={14} />}
        to="/instances/$instanceId/rules/new"
        params={{ instanceId }}
        search={{ copyOf: rule.id }}
      >
        {words.duplicate}
      </ButtonLink>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconTrash size={14} />}
        onClick={() => setDeleting(true)}
      >
        {words.delete}
      </Button>
      <DeleteRule
        instanceId={instanceId}
        rule={deleting ? rule : undefined}
        onClose={() => setDeleting(false)}
        onDeleted={() =>
          void navigate({ to: '/instances/$instanceId/rules', params: { instanceId }, ignoreBlocker: true })
        }
      />
    </>
  )
}

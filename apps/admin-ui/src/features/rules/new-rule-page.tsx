import { useQuery } from '@tanstack/react-query'
import { useParams, useSearch } from '@tanstack/react-router'
import { ErrorPanel } from '../../components/error-panel'
import { PageHeader } from '../../components/page-header'
import { PageSkeleton } from '../../components/page-skeleton'
import { texts } from '../../texts'
import { copiedContent } from './copied-content'
import { blankContent, completeContent } from './editor/rule-content'
import { RuleEditor } from './editor/rule-editor'
import { exampleRule } from './example-rule'
import { rulesQuery } from './queries'

const from = '/signed-in/instances/$instanceId/rules/new'

/** A new rule: blank, the example, or a copy. */
export function NewRulePage() {
  const { instanceId } = useParams({ from })
  const { copyOf, example } = useSearch({ from })
  const begin = example === exampleRule.name ? completeContent(exampleRule) : blankContent
  return (
    <>
      <PageHeader title={texts.ruleEditor.newTitle} order={2} />
      {copyOf === undefined ? (
        <RuleEditor key={example} instanceId={instanceId} rule={undefined} start={begin} />
      ) : (
        <CopyEditor key={copyOf} instanceId={instanceId} copyOf={copyOf} />
      )}
    </>
  )
}

/** Needs all rules: the copy wants a name that none of them has. */
function CopyEditor({ instanceId, copyOf }: { instanceId: string; copyOf: string }) {
  const { data: rules, error, refetch } = useQuery(rulesQuery(instanceId))
  if (error && !rules) return <ErrorPanel error={error} onRetry={() => void refetch()} />
  if (!rules) return <PageSkeleton />
  return <RuleEditor instanceId={instanceId} rule={undefined} start={copiedContent(rules, copyOf)} />
}

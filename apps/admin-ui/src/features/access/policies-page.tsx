import { Button } from '@mantine/core'
import type { AuthorizationPolicy, Instance, PolicyTest } from '@parley/contracts'
import { IconPlus } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { EmptyState } from '../../components/empty-state'
import { ErrorPanel } from '../../components/error-panel'
import { PageHeader } from '../../components/page-header'
import { PageSkeleton } from '../../components/page-skeleton'
import { curlJson } from '../../lib/shell'
import { texts } from '../../texts'
import { instanceQuery } from '../instances/queries'
import { AuthorizationNote } from './authorization-note'
import { DeletePolicy } from './delete-policy'
import classes from './policies.module.css'
import { policiesQuery, policyTestQuery } from './policies-queries'
import { type Edited, PolicyEditor } from './policy-editor'
import { PolicyList } from './policy-list'
import { PolicyTestForm } from './policy-test'

const words = texts.policies

/** The policies of an instance in their order; next to them, questions to them. */
export function PoliciesPage() {
  const { instanceId } = useParams({ from: '/signed-in/instances/$instanceId/policies' })
  const { data: instance } = useQuery(instanceQuery(instanceId))
  // Another instance is another page: nothing that was asked or opened goes along.
  return instance ? <Policies key={instanceId} instance={instance} /> : <PageSkeleton />
}

function Policies({ instance }: { instance: Instance }) {
  const { data: policies, error, refetch } = useQuery(policiesQuery(instance.id))
  const [edited, setEdited] = useState<Edited>()
  const [deleted, setDeleted] = useState<AuthorizationPolicy>()
  const { answer, form } = usePolicyTest(instance.id)
  const create = (
    <Button size="xs" leftSection={<IconPlus size={14} />} onClick={() => setEdited('new')}>
      {words.create}
    </Button>
  )
  return (
    <>
      <PageHeader title={words.title} about={words.about} actions={create} order={2} />
      {error && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {policies && <AuthorizationNote instance={instance} policies={policies} />}
      <div className={classes.page}>
        {policies === undefined && !error && <PageSkeleton />}
        {policies?.length === 0 && <NoPolicies instanceId={instance.id} />}
        {policies && policies.length > 0 && (
          <PolicyList
            instanceId={instance.id}
            policies={policies}
            decidedBy={answer?.policy?.id}
            onEdit={setEdited}
            onDelete={setDeleted}
          />
        )}
        <PolicyTestForm {...form} />
      </div>
      <PolicyEditor
        instanceId={instance.id}
        policies={policies ?? []}
        edited={edited}
        onClose={() => setEdited(undefined)}
      />
      <DeletePolicy instanceId={instance.id} policy={deleted} onClose={() => setDeleted(undefined)} />
    </>
  )
}

function NoPolicies({ instanceId }: { instanceId: string }) {
  const everybody = { name: 'everybody', effect: 'allow', actions: ['connect', 'publish', 'subscribe'] }
  return (
    <EmptyState {...words.empty} command={curlJson('POST', `/instances/${instanceId}/policies`, everybody)} />
  )
}

/** The question that was asked last and its answer; the same question again asks again. */
function usePolicyTest(instanceId: string) {
  const client = useQueryClient()
  const [question, setQuestion] = useState<PolicyTest>()
  const asking = policyTestQuery(instanceId, question)
  const { data, error, isFetching } = useQuery(asking)
  const answer = error ? undefined : data
  const onAsk = (asked: PolicyTest) => {
    setQuestion(asked)
    void client.invalidateQueries({ queryKey: policyTestQuery(instanceId, asked).queryKey })
  }
  return { answer, form: { answer, error, pending: isFetching, onAsk } }
}

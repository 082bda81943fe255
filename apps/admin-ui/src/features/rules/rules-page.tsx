import { Text } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import type { EnhancementRule } from '@parley/contracts'
import { IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { ErrorPanel } from '../../components/error-panel'
import { ButtonLink } from '../../components/links'
import { ListToolbar } from '../../components/list-toolbar'
import { PageHeader } from '../../components/page-header'
import { PageSkeleton } from '../../components/page-skeleton'
import { texts } from '../../texts'
import { instanceQuery } from '../instances/queries'
import { DeleteRule } from './delete-rule'
import { EmptyRules } from './list/empty-rules'
import { filterRules } from './list/filter-rules'
import { RuleList } from './list/rule-list'
import { rulesQuery } from './queries'

const words = texts.rules
const from = '/signed-in/instances/$instanceId/rules'

/** The rules of an instance in the order in which they apply: see, sort, switch, delete. */
export function RulesPage() {
  const { instanceId } = useParams({ from })
  const { data: rules, error, refetch } = useQuery(rulesQuery(instanceId))
  const create = (
    <ButtonLink
      size="xs"
      leftSection={<IconPlus size={14} />}
      to="/instances/$instanceId/rules/new"
      params={{ instanceId }}
    >
      {words.create}
    </ButtonLink>
  )
  return (
    <>
      <PageHeader title={words.title} about={words.about} actions={create} order={2} />
      {error && <ErrorPanel error={error} onRetry={() => void refetch()} />}
      {!rules && !error && <PageSkeleton />}
      {rules?.length === 0 && <EmptyRules instanceId={instanceId} />}
      {rules && rules.length > 0 && <FilteredRules instanceId={instanceId} rules={rules} />}
    </>
  )
}

function FilteredRules({ instanceId, rules }: { instanceId: string; rules: EnhancementRule[] }) {
  const { q, cursor } = useSearch({ from })
  const navigate = useNavigate({ from: '/instances/$instanceId/rules' })
  const shown = useMemo(() => filterRules(rules, q), [rules, q])
  const [deleting, setDeleting] = useState<EnhancementRule>()
  const offset = offsetOf(cursor, shown.length)
  const filter = (text: string | undefined) =>
    void navigate({ search: text ? { q: text } : {}, replace: true })
  return (
    <>
      <ListToolbar q={q} onFilter={filter} label={words.filter}>
        <Count instanceId={instanceId} shown={shown.length} count={rules.length} filtered={q !== undefined} />
      </ListToolbar>
      {shown.length === 0 ? (
        <Text size="sm">{texts.words.nothingMatches}</Text>
      ) : (
        // Mounted anew for another page: its first rows are drawn first again.
        <RuleList
          key={`${q}/${offset}`}
          instanceId={instanceId}
          rules={rules}
          shown={shown}
          offset={offset}
          onGo={(to) =>
            void navigate({
              search: { ...(q !== undefined && { q }), ...(to !== undefined && { cursor: to }) }
            })
          }
          onDelete={setDeleting}
        />
      )}
      <DeleteRule instanceId={instanceId} rule={deleting} onClose={() => setDeleting(undefined)} />
    </>
  )
}

/** Where a page begins; an address that leads beyond the end leads to the first page. */
function offsetOf(cursor: string | undefined, count: number): number {
  const offset = Number(cursor ?? 0)
  return Number.isInteger(offset) && offset > 0 && offset < count ? offset : 0
}

const settledAfterMs = 500

interface CountProps {
  instanceId: string
  shown: number
  count: number
  filtered: boolean
}

/** Said to those who do not see the list, when the filter has come to rest. */
function Count({ instanceId, shown, count, filtered }: CountProps) {
  const { data: instance } = useQuery(instanceQuery(instanceId))
  const text = filtered ? words.found(shown, count) : words.countOf(count, instance?.limits.rulesMax ?? count)
  const [said] = useDebouncedValue(text, settledAfterMs)
  return (
    <Text size="sm" c="dimmed" role="status" aria-label={said}>
      {text}
    </Text>
  )
}

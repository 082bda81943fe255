import { Alert, Paper, Skeleton, Stack, Text, Title } from '@mantine/core'
import { ErrorPanel } from '../../../components/error-panel'
import { ApiProblem } from '../../../lib/api-client'
import { texts } from '../../../texts'
import { contentIsEmpty, type RuleContent } from '../editor/rule-content'
import { Outcome } from './outcome'
import classes from './rule-preview.module.css'
import type { Sample } from './sample'
import { SampleForm } from './sample-form'
import type { DryRunState } from './use-dry-run'

const words = texts.rulePreview

export interface RulePreviewProps {
  instanceId: string
  content: RuleContent
  sample: Sample
  onSample: (sample: Sample) => void
  dryRun: DryRunState
}

/** A sample message, and what the rules make of it with the draft among them. */
export function RulePreview({ instanceId, content, sample, onSample, dryRun }: RulePreviewProps) {
  return (
    <Paper component="section" withBorder p="md" aria-labelledby="rule-preview" className={classes.preview}>
      <Title order={3} size="h3" id="rule-preview">
        {words.title}
      </Title>
      <Text size="xs" c="dimmed" mb="xs">
        {words.about}
      </Text>
      <SampleForm sample={sample} onSample={onSample} />
      <Title order={4} size="sm" mt="md" mb="xs">
        {words.result}
      </Title>
      <Result instanceId={instanceId} content={content} sample={sample} onSample={onSample} dryRun={dryRun} />
    </Paper>
  )
}

function Result(props: RulePreviewProps) {
  const { answer, error, settled } = props.dryRun
  return (
    <Stack gap="xs" aria-busy={!settled}>
      <Hindrance content={props.content} error={error} hasAnswer={answer !== undefined} />
      {!answer && !error && <Skeleton height={64} />}
      {answer && <Outcome {...props} answer={answer} />}
    </Stack>
  )
}

interface HindranceProps {
  content: RuleContent
  error: unknown
  hasAnswer: boolean
}

/** Why the answer beneath is not that of what stands in the form. */
function Hindrance({ content, error, hasAnswer }: HindranceProps) {
  if (!error) return null
  if (!(error instanceof ApiProblem) || error.code !== 'invalid') return <ErrorPanel error={error} />
  const ofSample = error.errors.find(({ path }) => path.startsWith('/message'))
  const isOnlyEmpty = contentIsEmpty(content) && error.errors.length === 1
  const refused = hasAnswer ? words.refused : words.refusedFirst
  return (
    <Alert variant="light" color={isOnlyEmpty ? 'gray' : 'yellow'} p="xs">
      <Text size="sm">
        {isOnlyEmpty ? words.nothingSet : ofSample ? words.sampleRefused(ofSample.message) : refused}
      </Text>
    </Alert>
  )
}

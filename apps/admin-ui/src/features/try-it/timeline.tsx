import { Group, Paper, Text, Title } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { texts } from '../../texts'
import { type Exchange, has, isAnswered, isOver, type Step, type StepKind } from './exchange'
import { formatMs } from './format-ms'
import type { Role } from './stage'
import { StepView } from './step-view'
import classes from './try-it.module.css'

const { timeline } = texts.tryIt

/** The steps that every answered request goes through; each lights up when it happens. */
const expected = ['published', 'arrived', 'acknowledged', 'accepted', 'replied'] as const

/** At whose side of the timeline a step stands. */
const laneOf: Record<StepKind, Role> = {
  published: 'requester',
  accepted: 'requester',
  refused: 'requester',
  arrived: 'responder',
  acknowledged: 'responder',
  replied: 'requester'
}

/** All that happened to the request, in the order in which it happened, and what is still to come. */
export function Timeline({ exchange }: { exchange: Exchange | undefined }) {
  const steps = exchange?.steps ?? []
  const pending = exchange ? pendingOf(exchange) : expected
  const panel = useInSight(exchange)
  return (
    <Paper
      ref={panel}
      withBorder
      p="md"
      component="section"
      aria-label={timeline.title}
      className={classes.timelinePanel}
    >
      <Group gap="xs" mb="sm" justify="space-between">
        <Title order={3} size="h3">
          {timeline.title}
        </Title>
        <Text size="sm" c="dimmed">
          {exchange ? summary(exchange) : timeline.empty}
        </Text>
      </Group>
      <ol className={classes.timeline}>
        {steps.map((step, index) => (
          <HappenedStep
            // biome-ignore lint/suspicious/noArrayIndexKey: steps are only ever added at the end
            key={`${exchange?.number}-${index}`}
            exchange={exchange!}
            step={step}
            before={steps[index - 1]}
          />
        ))}
        {pending.map((kind) => (
          <li key={kind} className={classes.step} data-lane={laneOf[kind]} data-pending>
            <div className={classes.time} />
            <div className={classes.what}>
              <Text size="sm" c="dimmed">
                {timeline.pending[kind]}
              </Text>
            </div>
          </li>
        ))}
      </ol>
      {exchange !== undefined && exchange.repliesLeftOut > 0 && (
        <Text size="sm" c="dimmed">
          {timeline.repliesLeftOut(exchange.repliesLeftOut)}
        </Text>
      )}
    </Paper>
  )
}

/** Its steps may begin below the fold; only what follows them makes the page long enough to bring them to the top. */
function useInSight(exchange: Exchange | undefined) {
  const element = useRef<HTMLDivElement>(null)
  const moment = exchange && `${exchange.number} ${isOver(exchange)}`
  useEffect(() => {
    if (moment !== undefined) element.current?.scrollIntoView({ block: 'start' })
  }, [moment])
  return element
}

interface HappenedStepProps {
  exchange: Exchange
  step: Step
  before: Step | undefined
}

function HappenedStep({ exchange, step, before }: HappenedStepProps) {
  const lane = laneOf[step.kind]
  return (
    <li className={classes.step} data-lane={lane} data-step={step.kind}>
      <div className={classes.time}>{before && timeline.sinceBefore(formatMs(step.atMs - before.atMs))}</div>
      <div className={classes.what}>
        <Text size="xs" c="dimmed">
          {timeline.lanes[lane]}
        </Text>
        <StepView exchange={exchange} step={step} />
      </div>
    </li>
  )
}

function pendingOf(exchange: Exchange): readonly (typeof expected)[number][] {
  if (exchange.late || has(exchange, 'refused')) return []
  const isUnacknowledged = exchange.request.qos === 0
  const open = expected.filter((kind) => !has(exchange, kind))
  return open.filter((kind) => !(kind === 'accepted' && isUnacknowledged))
}

function summary(exchange: Exchange): string {
  const answer = exchange.steps.find((step) => step.kind === 'replied' && step.answers)
  if (!answer || !isAnswered(exchange)) return timeline.request(exchange.number)
  return timeline.total(formatMs(answer.atMs - exchange.steps[0]!.atMs))
}

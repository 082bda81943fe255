import { Badge, Group, Skeleton, Text, Title, Tooltip } from '@mantine/core'
import { formatCompact, formatCount, formatRate, formatTime } from '../../lib/format'
import { texts } from '../../texts'
import { type CounterName, counterNames, curveOf, isLevel, rateOf, samplesMax } from './figures'
import classes from './live-panel.module.css'
import { Sparkline } from './sparkline'
import type { Live } from './use-live'

const { live: words } = texts.instanceHome
const compactFrom = 100_000_000

/** What the instance does now, once a second. Only a change of the connection's own state is announced. */
export function LivePanel({ live }: { live: Live }) {
  const current = live.phase === 'live'
  return (
    <section aria-label={words.figures}>
      <Group justify="space-between" gap="xs" mb={6}>
        <Title order={2} size="h2">
          {words.title}
        </Title>
        <LivePhase live={live} />
      </Group>
      <dl className={`${classes.figures} ${current ? '' : classes.stale}`} data-phase={live.phase}>
        {counterNames.map((name) => (
          <Figure key={name} name={name} live={live} />
        ))}
      </dl>
      <Text size="xs" c="dimmed" mt={4}>
        {words.sinceStart}
      </Text>
    </section>
  )
}

const colours: Record<Live['phase'], string> = {
  connecting: 'gray',
  live: 'teal',
  paused: 'gray',
  'not-heard': 'orange',
  reconnecting: 'orange',
  ended: 'red'
}

function LivePhase({ live: { phase, sinceMs } }: { live: Live }) {
  const colour = colours[phase]
  const dot = (
    <svg width="8" height="8" aria-hidden="true" focusable="false">
      <circle cx="4" cy="4" r="4" fill={`var(--mantine-color-${colour}-6)`} />
    </svg>
  )
  return (
    <div role="status">
      <Badge variant="default" size="md" tt="none" fw={500} h="auto" leftSection={dot}>
        <Text component="span" size="xs" inherit>
          {phaseText(phase, sinceMs)}
        </Text>
      </Badge>
    </div>
  )
}

function phaseText(phase: Live['phase'], sinceMs: number): string {
  if (phase === 'reconnecting') return words.reconnecting(formatTime(sinceMs))
  if (phase === 'not-heard') return words.notHeard(formatTime(sinceMs))
  return words.phases[phase]
}

function Figure({ name, live: { event, samples } }: { name: CounterName; live: Live }) {
  const value = event?.counters[name]
  const rate = isLevel(name) ? undefined : rateOf(samples, name)
  return (
    <div className={classes.figure} data-counter={name}>
      <Tooltip label={words.hints[name]} withArrow openDelay={400}>
        <dt className={classes.name}>{words.counters[name]}</dt>
      </Tooltip>
      <dd className={classes.number}>
        {value === undefined ? <Skeleton height={22} width="3rem" my={2} /> : <Count value={value} />}
      </dd>
      <dd className={classes.rate}>{rate !== undefined && words.perSecond(formatRate(rate))}</dd>
      <dd>
        <Sparkline values={curveOf(samples, name)} pointsMax={samplesMax} />
      </dd>
    </div>
  )
}

/** Exact as long as there is room. */
function Count({ value }: { value: number }) {
  return value < compactFrom ? (
    formatCount(value)
  ) : (
    <span title={formatCount(value)}>{formatCompact(value)}</span>
  )
}

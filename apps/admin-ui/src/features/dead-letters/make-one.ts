import type { Instance } from '@parley/contracts'
import { mosquittoAddress } from '../../lib/shell'
import { texts } from '../../texts'

const { durations } = texts.deadLetters
const secondMs = 1_000
const minuteMs = 60_000
const hourMs = 3_600_000
/** Below this a time is said in the smaller unit. */
const smallUnitMax = 2

/** A responder that only acknowledges, and a request whose answer nobody waits for. */
export function commandsThatLeaveOne({ endpoints, authentication }: Instance): string {
  const address = mosquittoAddress(endpoints.mqtt)
  const to = authentication.anonymous ? address : `${address} -u "$USERNAME" -P "$PASSWORD"`
  return [
    `mosquitto_sub ${to} -V 311 -i old-door -t 'cmd/#' -q 1 -C 1 -W 10 &`,
    'sleep 1',
    `mosquitto_pub ${to} -V 5 -t cmd/door -q 1 -m open \\`,
    '  -D publish response-topic replies/nobody -D publish correlation-data 42'
  ].join('\n')
}

/** How long the attempts of an instance take (ms): the first comes after the first delay, which doubles up to its bound. */
export function givenUpAfterMs({
  attempts,
  firstDelayMs,
  maxDelayMs,
  maxAgeMs
}: Instance['autoReply']['retry']): number {
  let totalMs = firstDelayMs
  for (let pause = 0; pause < attempts - 1 && totalMs < maxAgeMs; pause++) {
    totalMs += Math.min(firstDelayMs * 2 ** pause, maxDelayMs)
  }
  return totalMs
}

/** `45 s`, `6 min`, `3 h`: as exact as the eye needs it. */
export function formatDuration(ms: number): string {
  if (ms < smallUnitMax * minuteMs) return durations.seconds(Math.ceil(ms / secondMs))
  if (ms < smallUnitMax * hourMs) return durations.minutes(Math.round(ms / minuteMs))
  return durations.hours(Math.round(ms / hourMs))
}

const count = new Intl.NumberFormat('en')
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })
const dateTime = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium' })
const rate = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 })
const time = new Intl.DateTimeFormat('en', { timeStyle: 'medium', hourCycle: 'h23' })
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'short' })

const relativeSteps: [limitS: number, unitS: number, unit: Intl.RelativeTimeFormatUnit][] = [
  [60, 1, 'second'],
  [3_600, 60, 'minute'],
  [86_400, 3_600, 'hour'],
  [Number.POSITIVE_INFINITY, 86_400, 'day']
]

/** `12,345` */
export function formatCount(value: number): string {
  return count.format(value)
}

/** `12.3K`, for narrow places. */
export function formatCompact(value: number): string {
  return compact.format(value)
}

/** `0.333` or `1,230`: three digits that matter. */
export function formatRate(value: number): string {
  return rate.format(value)
}

/** `14:05:09`, in the reader's own time zone. */
export function formatTime(epochMs: number): string {
  return time.format(new Date(epochMs))
}

/** In the reader's own time zone. */
export function formatDateTime(iso: string): string {
  return dateTime.format(new Date(iso))
}

/** `3 min. ago` or `in 2 hr.` */
export function formatRelative(iso: string, nowMs: number): string {
  const seconds = Math.round((Date.parse(iso) - nowMs) / 1_000)
  const [, unitS, unit] = relativeSteps.find(([limitS]) => Math.abs(seconds) < limitS)!
  return relative.format(Math.round(seconds / unitS), unit)
}

/** A text of several lines, its other control characters made visible. */
export function visibleLines(text: string): string {
  return text.split('\n').map(visible).join('\n')
}

/** Control characters made visible: a client id or a topic may hold any of them. */
export function visible(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this is about
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
  })
}

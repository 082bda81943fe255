import { expect } from 'vitest'
import type { Figures } from './load.js'

/** What no fault may cause. */
const forbidden = [
  'lost',
  'unanswered',
  'repeatedAtQos2',
  'outOfOrder',
  'sessionsLost',
  'refused',
  'violations'
] as const satisfies (keyof Figures)[]

export function printFigures(title: string, figures: object): void {
  const rows = Object.entries(figures).map(([name, value]) => `  ${name.padEnd(32)}${value}`)
  console.log(`${title}\n${rows.join('\n')}`)
}

/** Every request was acknowledged and answered, nothing at QoS 2 came twice, nothing out of order. */
export function expectNothingLost(figures: Figures): void {
  expect(figures.acknowledged, 'all requests are acknowledged in the end').toBe(figures.published)
  for (const name of forbidden) expect(figures[name], name).toBe(0)
}

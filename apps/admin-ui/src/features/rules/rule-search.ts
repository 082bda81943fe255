/** A new rule that begins as a copy of another. */
export interface RuleSearch {
  copyOf?: string
}

export function ruleSearch({ copyOf }: Record<string, unknown>): RuleSearch {
  return typeof copyOf === 'string' && copyOf !== '' ? { copyOf } : {}
}

/** What a new rule begins as. */
export interface RuleSearch {
  /** A copy of the rule of this id. */
  copyOf?: string
  /** The example of this name. */
  example?: string
}

export function ruleSearch({ copyOf, example }: Record<string, unknown>): RuleSearch {
  return {
    ...(typeof copyOf === 'string' && copyOf !== '' && { copyOf }),
    ...(typeof example === 'string' && example !== '' && { example })
  }
}

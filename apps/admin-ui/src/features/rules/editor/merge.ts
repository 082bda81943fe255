import { changedFields, type FieldName, fieldNames, isSame, type RuleContent, taken } from './rule-content'

export type Side = 'mine' | 'theirs'

export interface Versions {
  /** What both began with. */
  base: RuleContent
  mine: RuleContent
  theirs: RuleContent
}

/** Fields that at least one of both changed. */
export function touchedFields({ base, mine, theirs }: Versions): FieldName[] {
  return fieldNames.filter((field) => !isSame(base, mine, field) || !isSame(base, theirs, field))
}

/** Whose value a field takes by itself; undefined: both changed it to something else, a person has to say. */
export function sideOf({ base, mine, theirs }: Versions, field: FieldName): Side | undefined {
  if (isSame(base, mine, field)) return 'theirs'
  return isSame(base, theirs, field) || isSame(mine, theirs, field) ? 'mine' : undefined
}

/** The version that comes out; undefined as long as a choice is missing. */
export function merged(
  versions: Versions,
  choices: Partial<Record<FieldName, Side>>
): RuleContent | undefined {
  let content = versions.theirs
  for (const field of changedFields(versions.theirs, versions.mine)) {
    const side = choices[field] ?? sideOf(versions, field)
    if (!side) return undefined
    if (side === 'mine') content = taken(content, versions.mine, field)
  }
  return content
}

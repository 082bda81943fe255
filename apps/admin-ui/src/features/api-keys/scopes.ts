import type { ApiKeyScope } from '@parley/contracts'

export const areas = ['instances', 'rules', 'access', 'replies'] as const
export type Area = (typeof areas)[number]
export type Level = 'none' | 'read' | 'write'
/** What a key may do in each area. */
export type Grants = Record<Area, Level>

export const noGrants: Grants = { instances: 'none', rules: 'none', access: 'none', replies: 'none' }

/** `write` includes `read`, so each area has one scope at most. */
export function scopesOf(grants: Grants): ApiKeyScope[] {
  return areas.flatMap((area) => {
    const level = grants[area]
    return level === 'none' ? [] : [`${area}:${level}` as const]
  })
}

/** True when nothing is out of reach for a key with these scopes. */
export function mayEverything(scopes: readonly ApiKeyScope[]): boolean {
  return areas.every((area) => scopes.includes(`${area}:write`))
}

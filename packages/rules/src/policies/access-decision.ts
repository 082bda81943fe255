import type { PolicyEffect } from '@parley/contracts'

export interface AccessDecision {
  readonly effect: PolicyEffect
  /** The policy that decided; null: none matched, which denies. */
  readonly policy: { readonly id: string; readonly name: string } | null
}

/** Decisions are shared by all requests that get them, so nobody may write to one. */
export function decisionOf(effect: PolicyEffect, { id, name }: { id: string; name: string }): AccessDecision {
  return Object.freeze({ effect, policy: Object.freeze({ id, name }) })
}

export const deniedByDefault: AccessDecision = Object.freeze({ effect: 'deny', policy: null })

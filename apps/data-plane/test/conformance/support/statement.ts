import { describe } from 'vitest'

/**
 * One normative statement of a specification and the tests that show that this server keeps it. `says`: what it asks for, in
 * our words. docs/conformance.md is made from these calls by `npm run conformance`, which reads them as text: write the id
 * and the sentence as plain string literals.
 */
export function statement(id: string, says: string, tests: () => void): void {
  describe(`[${id}] ${says}`, tests)
}

/**
 * A statement without a test of its own, and why in one line: it binds clients only, or a test elsewhere in this folder shows
 * it (name its id), or nothing that a client can see depends on it.
 */
export function noTest(_id: string, _says: string, _reason: string): void {}

import { type Problem, type ProblemCode, problemCatalogue } from '@parley/contracts'
import { expect } from 'vitest'
import type { Answer } from './test-api.js'

/** The answer is this problem of the catalogue, complete; the JSON Pointers of the fields that it names. */
export function expectProblem(answer: Answer, code: ProblemCode): string[] {
  const { status, title } = problemCatalogue[code]
  expect({ status: answer.status, body: answer.body }).toMatchObject({
    status,
    body: { type: `urn:parley:problem:${code}`, title, status, code }
  })
  expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
  const { detail, errors } = answer.body as Problem
  expect(detail).not.toBe('')
  return (errors ?? []).map(({ path }) => path)
}

import { ApiProblem } from './api-client'

/** `/condition/topic` as `condition.topic`, the way forms name their fields. */
function fieldOf(pointer: string): string {
  return pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
    .join('.')
}

/** What the API says of single fields, by the name of the form's field; the first word on each counts. */
export function fieldErrors(error: unknown): Record<string, string> {
  if (!(error instanceof ApiProblem)) return {}
  const errors: Record<string, string> = {}
  for (const { path, message } of error.errors) errors[fieldOf(path)] ??= message
  return errors
}

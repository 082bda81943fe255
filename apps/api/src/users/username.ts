import { ProblemError } from '../problem-error.js'

/**
 * What no schema can say of a username: it must be a text that MQTT, Postgres and a path can carry. `.` and `..` are not:
 * clients take them out of a path before they send it. Throws `invalid`.
 */
export function checkUsername(username: string): void {
  const message = problemOf(username)
  if (message)
    throw new ProblemError('invalid', 'The username cannot be used.', [{ path: '/username', message }])
}

function problemOf(username: string): string | undefined {
  if (/[\p{Control}\p{Surrogate}]/u.test(username)) {
    return 'cannot hold a control character or half a surrogate pair'
  }
  return username === '.' || username === '..' ? 'cannot be a path of its own' : undefined
}

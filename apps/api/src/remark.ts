import { ProblemError } from './problem-error.js'

/** What no schema can say of a remark: Postgres keeps neither U+0000 nor half a surrogate pair. Throws `invalid`. */
export function checkRemark(remark: string): void {
  if (!remark.includes('\0') && !/\p{Surrogate}/u.test(remark)) return
  throw new ProblemError('invalid', 'The remark holds what is not a character.', [
    { path: '/remark', message: 'cannot hold U+0000 or half a surrogate pair' }
  ])
}

import { bounds } from '@parley/contracts'
import { ApiProblem } from '../../lib/api-client'
import { fieldErrors } from '../../lib/field-errors'
import { texts } from '../../texts'

const words = texts.newInstance
const foreignCharacters = /[^A-Za-z0-9_-]/

/** Why this cannot be the name of an instance; null: it can. */
export function nameProblem(name: string): string | null {
  const { minCharacters, maxCharacters } = bounds.name
  if (foreignCharacters.test(name)) return words.nameCharacters
  if (name.length < minCharacters) return words.nameShort(minCharacters - name.length)
  return name.length > maxCharacters ? words.nameLong(name.length - maxCharacters) : null
}

/** Why this cannot be a remark; null: it can. Characters are counted as the API counts them. */
export function remarkProblem(remark: string): string | null {
  const tooMany = [...remark].length - bounds.remark.maxCharacters
  return tooMany > 0 ? words.remarkLong(tooMany) : null
}

/** What the API says of single fields of an instance; a taken name belongs to the name. */
export function instanceFieldErrors(error: unknown): Record<string, string> {
  if (error instanceof ApiProblem && error.code === 'name_taken') return { name: words.nameTaken }
  return fieldErrors(error)
}

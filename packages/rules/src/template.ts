import type { MessageValues } from './message-values.js'
import { isWellFormed } from './text.js'
import { resolveVariable, type Variable } from './variables.js'

export type TemplatePart = string | { readonly variable: Variable; readonly defaultText: string | undefined }

/** A text with variables, read once. One with problems is never rendered. */
export interface Template {
  readonly parts: readonly TemplatePart[]
  readonly problems: readonly string[]
  /** The whole text, when there is no variable in it. */
  readonly constant: string | undefined
}

/** What the rendered text is for. */
export interface RenderTarget {
  /** UTF-16 units at which rendering stops: more cannot fit, whatever the exact limit counts in. */
  readonly unitsMax: number
  /** A value that holds topic syntax would move the reply elsewhere. */
  readonly topic: boolean
}

export type RenderFailure = 'missing_value' | 'unsafe_value' | 'over_limit' | 'invalid_template'

export type Rendered =
  | {
      readonly text: string /** False when the requester had a say in it. */
      readonly operatorsWord: boolean
    }
  | { readonly failure: RenderFailure /** As written in the rule. */; readonly variable: string | undefined }

/**
 * `${name}`, `${name:-default text}`, and `$${` for a literal `${`. Default text ends at the first `}`; it is a constant,
 * so a variable in it is a problem.
 */
export function parseTemplate(source: string): Template {
  const parts: TemplatePart[] = []
  const problems: string[] = []
  let text = ''
  let at = 0
  while (at < source.length) {
    if (source.startsWith('$${', at)) {
      text += '${'
      at += 3
    } else if (source.startsWith('${', at)) {
      const end = source.indexOf('}', at)
      if (end === -1) {
        problems.push(`\${ without } at character ${at + 1}; write $\${ for a literal \${`)
        break
      }
      if (text !== '') parts.push(text)
      text = ''
      addVariable(source.slice(at + 2, end), parts, problems)
      at = end + 1
    } else {
      text += source[at]
      at++
    }
  }
  if (text !== '') parts.push(text)
  const constant = problems.length === 0 && parts.every((part) => typeof part === 'string') ? text : undefined
  return { parts, problems, constant }
}

/** The texts that stand in the rule itself, default texts included. */
export function constantTexts(template: Template): string[] {
  return template.parts
    .map((part) => (typeof part === 'string' ? part : part.defaultText))
    .filter((text) => text !== undefined)
}

/** Renders all of the template or nothing. */
export function renderTemplate(template: Template, message: MessageValues, target: RenderTarget): Rendered {
  if (template.constant !== undefined) return { text: template.constant, operatorsWord: true }
  if (template.problems.length > 0) return { failure: 'invalid_template', variable: undefined }
  let text = ''
  let operatorsWord = true
  for (const part of template.parts) {
    if (typeof part === 'string') {
      text += part
    } else {
      const { variable, defaultText } = part
      const value = variable.read(message)
      if (value === undefined) {
        if (defaultText === undefined) return { failure: 'missing_value', variable: variable.source }
        text += defaultText
      } else {
        if (value.length > target.unitsMax) return { failure: 'over_limit', variable: variable.source }
        if (isUnsafe(value, variable, target)) return { failure: 'unsafe_value', variable: variable.source }
        text += value
        operatorsWord &&= variable.operatorsWord
      }
    }
    if (text.length > target.unitsMax) return { failure: 'over_limit', variable: undefined }
  }
  return { text, operatorsWord }
}

function addVariable(body: string, parts: TemplatePart[], problems: string[]): void {
  const separator = body.indexOf(':-')
  const source = separator === -1 ? body : body.slice(0, separator)
  const defaultText = separator === -1 ? undefined : body.slice(separator + 2)
  const variable = resolveVariable(source)
  if ('problem' in variable) problems.push(variable.problem)
  else parts.push({ variable, defaultText })
  if (defaultText?.includes('${')) problems.push(`the default text of \${${source}} cannot hold a variable`)
}

function isUnsafe(value: string, variable: Variable, target: RenderTarget): boolean {
  if (!isWellFormed(value)) return true
  if (!target.topic) return false
  return (
    (value.includes('/') && !variable.mayHoldSlash) ||
    value.includes('+') ||
    value.includes('#') ||
    value.includes('\0')
  )
}

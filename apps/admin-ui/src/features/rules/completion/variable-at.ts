/** The variable of a text that the caret stands in. */
export interface VariableAt {
  /** Where its `${` begins. */
  start: number
  /** What of its name stands before the caret. */
  typed: string
  /** Where its name ends: behind the caret when the caret stands within it. */
  nameEnd: number
  /** Where it ends, behind its `}`; undefined: it is not closed yet. */
  end: number | undefined
}

/** What can follow the part of a name that stands behind the caret, when it belongs to the name. */
const restOfName = /^([^\s${}:/]*)(?=\}|:-)/

/**
 * The variable whose name the caret stands in; undefined elsewhere, also in a default text. Reads the text as the service does:
 * `$${` is a literal `${`, and the first `}` ends a variable.
 */
export function variableAt(text: string, caret: number): VariableAt | undefined {
  let at = 0
  while (at < caret) {
    if (text.startsWith('$${', at)) at += 3
    else if (text.startsWith('${', at)) {
      const close = text.indexOf('}', at)
      if (close === -1 || close >= caret) return at + 2 <= caret ? named(text, at, caret) : undefined
      at = close + 1
    } else at++
  }
  return undefined
}

function named(text: string, start: number, caret: number): VariableAt | undefined {
  const typed = text.slice(start + 2, caret)
  if (typed.includes(':-')) return undefined
  const rest = restOfName.exec(text.slice(caret))
  const nameEnd = caret + (rest?.[1]?.length ?? 0)
  const close = rest ? text.indexOf('}', nameEnd) : -1
  return { start, typed, nameEnd, end: close === -1 ? undefined : close + 1 }
}

/** A text with the caret in it. */
export interface Edited {
  text: string
  caret: number
}

/**
 * Writes a name into a variable of the text; its default text stays. A name that wants more behind it, such as `payload.`, leaves
 * the caret there, any other behind the variable.
 */
export function withVariable(text: string, variable: VariableAt, name: string): Edited {
  const before = `${text.slice(0, variable.start)}\${${name}`
  const isOpen = name.endsWith('.')
  if (variable.end === undefined) {
    const closed = `${before}}`
    return { text: closed + text.slice(variable.nameEnd), caret: isOpen ? before.length : closed.length }
  }
  const tail = text.slice(variable.nameEnd, variable.end)
  return {
    text: before + tail + text.slice(variable.end),
    caret: before.length + (isOpen ? 0 : tail.length)
  }
}

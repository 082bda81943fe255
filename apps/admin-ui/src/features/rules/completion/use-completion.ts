import { type KeyboardEvent, type RefObject, useId, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { type Edited, variableAt, withVariable } from './variable-at'
import { matchingOptions, type VariableOption } from './variable-options'

export interface Completion {
  opened: boolean
  options: VariableOption[]
  /** The place of the one that Enter takes. */
  active: number
  listId: string
  optionId: (index: number) => string
  accept: (option: VariableOption) => void
  /** Begins a variable at the caret. */
  begin: () => void
  onKeyDown: (event: KeyboardEvent) => void
  onCaret: () => void
  onBlur: () => void
}

/** The list that opens in a text field while a variable is typed: which variables fit, and what the keys do with them. */
export function useCompletion(
  field: RefObject<HTMLTextAreaElement | null>,
  value: string,
  all: readonly VariableOption[],
  onChange: (value: string) => void
): Completion {
  const id = useId()
  const [caret, setCaret] = useState<number>()
  const [dismissed, setDismissed] = useState<number>()
  const [chosen, setChosen] = useState({ typed: '', index: 0 })
  const edit = useEdit(field, value, onChange, setCaret)

  const variable = caret === undefined ? undefined : variableAt(value, caret)
  const typed = variable?.typed ?? ''
  const options = useMemo(() => matchingOptions(all, typed), [all, typed])
  const opened = variable !== undefined && variable.start !== dismissed && options.length > 0
  // What was chosen among other variables is not chosen among these.
  const active = chosen.typed === typed ? Math.min(chosen.index, options.length - 1) : 0

  const choose = (index: number) => setChosen({ typed, index: (index + options.length) % options.length })
  const accept = ({ name }: VariableOption) => {
    if (variable) edit(withVariable(value, variable, name))
  }
  const begin = () => {
    setDismissed(undefined)
    const { selectionStart, selectionEnd } = field.current!
    if (variableAt(value, selectionStart)) edit({ text: value, caret: selectionStart })
    else edit(inserted(value, selectionStart, selectionEnd))
  }
  const keys: Record<string, () => void> = {
    ArrowDown: () => choose(active + 1),
    ArrowUp: () => choose(active - 1),
    Enter: () => accept(options[active]!),
    Tab: () => accept(options[active]!),
    Escape: () => setDismissed(variable?.start)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || event.shiftKey || event.altKey || event.metaKey) return
    const act = event.ctrlKey ? (event.key === ' ' ? begin : undefined) : opened ? keys[event.key] : undefined
    if (!act) return
    event.preventDefault()
    event.stopPropagation()
    act()
  }
  const onCaret = () => {
    const { value: text, selectionStart, selectionEnd } = field.current!
    setCaret(selectionStart === selectionEnd ? selectionStart : undefined)
    if (!variableAt(text, selectionStart)) setDismissed(undefined)
  }
  return {
    opened,
    options,
    active,
    listId: `${id}-list`,
    optionId: (index) => `${id}-option-${index}`,
    accept,
    begin,
    onKeyDown,
    onCaret,
    onBlur: () => setCaret(undefined)
  }
}

function inserted(text: string, from: number, to: number): Edited {
  return { text: `${text.slice(0, from)}\${${text.slice(to)}`, caret: from + 2 }
}

/** Gives the field another text with the caret where it belongs: the browser would put it at the end. */
function useEdit(
  field: RefObject<HTMLTextAreaElement | null>,
  value: string,
  onChange: (value: string) => void,
  setCaret: (caret: number) => void
): (edited: Edited) => void {
  const pending = useRef<number>(undefined)
  // biome-ignore lint/correctness/useExhaustiveDependencies: when the new text has come into the field
  useLayoutEffect(() => {
    if (pending.current === undefined) return
    field.current?.setSelectionRange(pending.current, pending.current)
    pending.current = undefined
  }, [value])
  return ({ text, caret }) => {
    field.current?.focus()
    if (text === value) field.current?.setSelectionRange(caret, caret)
    else pending.current = caret
    setCaret(caret)
    if (text !== value) onChange(text)
  }
}

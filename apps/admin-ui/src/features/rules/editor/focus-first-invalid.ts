import type { RefObject } from 'react'

/** Leads to the first field of a form that the API refused, once it is marked and any dialog is gone. */
export function focusFirstInvalid(form: RefObject<HTMLElement | null>): void {
  const afterMs = 50
  setTimeout(() => form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus(), afterMs)
}

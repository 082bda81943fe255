import { type PointerEvent, type SyntheticEvent, useRef } from 'react'

/**
 * Handlers that keep the field in use clear of what is fixed above and beneath it, by its `scroll-margin`. Not while a pointer is
 * down: the page would move away under a click.
 */
export function useReveal() {
  const pressed = useRef(false)
  const reveal = ({ target }: SyntheticEvent) => {
    if (!pressed.current && target instanceof Element) target.scrollIntoView({ block: 'nearest' })
  }
  const press = ({ type }: PointerEvent) => {
    pressed.current = type === 'pointerdown'
  }
  return {
    onFocus: reveal,
    onInput: reveal,
    onPointerDown: press,
    onPointerUp: press,
    onPointerCancel: press
  }
}

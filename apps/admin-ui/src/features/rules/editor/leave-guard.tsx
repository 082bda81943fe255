import { useBlocker, useRouterState } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { Confirm } from '../../../components/confirm'
import { texts } from '../../../texts'

const { leave: words } = texts.ruleEditor
/** A session that ended leads there and back: what was typed is kept over it. */
const signInPath = '/sign-in'

export interface LeaveGuardProps {
  dirty: boolean
  /** Somebody leaves what is not saved. */
  onLeave: () => void
}

/** Asks before a way out loses what is not saved. */
export function LeaveGuard({ dirty, onLeave }: LeaveGuardProps) {
  // Until the next page is there this one still stands: a quick way back then is not asked about a second time.
  const left = useRef(false)
  const isLoading = useRouterState({ select: (state) => state.isLoading })
  useEffect(() => {
    if (!isLoading) left.current = false
  }, [isLoading])
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: ({ current, next }) =>
      dirty && !left.current && next.pathname !== signInPath && next.pathname !== current.pathname,
    enableBeforeUnload: () => dirty,
    withResolver: true
  })
  const leave = () => {
    left.current = true
    onLeave()
    proceed?.()
  }
  return (
    <Confirm
      opened={status === 'blocked'}
      title={words.title}
      act={words.leave}
      stay={words.stay}
      onConfirm={leave}
      onClose={() => reset?.()}
    >
      {words.text}
    </Confirm>
  )
}

import type { ReplyJobView } from '@parley/contracts'
import { visible, visibleLines } from '../../lib/format'
import { texts } from '../../texts'

const { errors: words } = texts.deadLetters
const indentSpaces = 2

/** Why the last attempt failed, for somebody who does not know the service from inside. */
export function lastErrorText({ lastError }: Pick<ReplyJobView, 'lastError'>): string {
  if (lastError === null) return words.none
  const [reason = '', tooOld] = lastError.split('; older than')
  const text = reason.includes('nobody waits') ? words.nobodyWaits : words.other(visible(reason))
  return tooOld === undefined ? text : `${text} ${words.tooOld}`
}

/** JSON in its lines, anything else as it is; what cannot be seen is made visible. */
export function payloadText(payload: string): string {
  return visibleLines(indented(payload))
}

function indented(payload: string): string {
  try {
    return JSON.stringify(JSON.parse(payload), null, indentSpaces)
  } catch (error) {
    if (error instanceof SyntaxError) return payload
    throw error
  }
}

/** The text that these bytes are; undefined when they are none. */
export function textOfBase64(base64: string): string | undefined {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}

/** True when a re-drive would publish nothing any more. */
export function isExpired({ expiresAt }: Pick<ReplyJobView, 'expiresAt'>): boolean {
  return expiresAt !== null && Date.parse(expiresAt) <= Date.now()
}

/** For checkboxes and buttons that stand next to many alike. */
export function jobName({ responseTopic, responderClientId }: ReplyJobView): string {
  return texts.deadLetters.nameOf(visible(responseTopic), visible(responderClientId))
}

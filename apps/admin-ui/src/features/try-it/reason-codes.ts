import { texts } from '../../texts'

/** A reason code in words, with the code itself: `not authorised (0x87)`. */
export function reasonInWords(code: number | undefined): string {
  const { reasons, unknownReason } = texts.tryIt
  if (code === undefined) return unknownReason
  return `${reasons[code] ?? unknownReason} (0x${code.toString(16).toUpperCase().padStart(2, '0')})`
}

/** Nobody is subscribed to the topic of this publish. */
export const noMatchingSubscribers = 0x10

// 3.1.1 has return codes of its own for CONNACK.
const wrongCredentials = [4, 0x86]
const notAuthorised = [5, 0x87]

/** Wrong credentials or a missing right: what the users of the instance decide. */
export function isAboutAccess(code: number): boolean {
  return wrongCredentials.includes(code) || notAuthorised.includes(code)
}

import type { Reply } from '@parley/contracts'

/** A reply of the service; undefined when the text is something else: anybody may publish to a Response Topic. */
export function readReply(text: string | undefined): Reply | undefined {
  if (!text?.startsWith('{')) return undefined
  try {
    const value = JSON.parse(text) as Partial<Reply>
    const isReply =
      typeof value.id === 'string' &&
      typeof value.publisherClientId === 'string' &&
      typeof value.topic === 'string' &&
      typeof value.pubProps === 'object' &&
      value.pubProps !== null
    return isReply ? (value as Reply) : undefined
  } catch {
    // Looked like JSON and is not.
    return undefined
  }
}

import { texts } from '../../texts'

/** What is wrong with a value that may not be empty; undefined: nothing. */
export function requiredError(value: string): string | undefined {
  return value === '' ? texts.tryIt.invalid.empty : undefined
}

/** A topic name, as it stands in a PUBLISH. */
export function topicError(topic: string): string | undefined {
  return requiredError(topic) ?? (/[+#]/.test(topic) ? texts.tryIt.invalid.wildcard : undefined)
}

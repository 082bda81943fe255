import { Compile, type Validator } from 'typebox/compile'
import { Value } from 'typebox/value'
import { InstanceSnapshot } from './snapshot.js'

export type SnapshotReading = { snapshot: InstanceSnapshot } | { problem: string }

// Compiled at first use: a browser that imports this package for its types must not pay for it.
let validator: Validator | undefined

/**
 * Reads a snapshot from its JSON text and checks it; never throws. A setting that the writer, one release older, did not
 * know yet takes its default; a field that this release does not know makes the snapshot invalid (nodes upgrade first).
 */
export function readSnapshot(text: string): SnapshotReading {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return { problem: `not JSON: ${(error as Error).message}` }
  }
  validator ??= Compile(InstanceSnapshot)
  const filled = Value.Default(InstanceSnapshot, value)
  if (validator.Check(filled)) return { snapshot: filled as InstanceSnapshot }
  const [first] = validator.Errors(filled)
  return { problem: first ? `${first.instancePath || '/'} ${first.message}` : 'does not match the schema' }
}

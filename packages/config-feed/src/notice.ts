import type { Version } from '@parley/contracts'

/** "Instance X is at revision N": a wake-up without data; the state is read at its source. */
export interface ChangeNotice extends Version {
  instanceId: string
}

export function formatNotice({ instanceId, epoch, revision }: ChangeNotice): string {
  return `${instanceId} ${epoch} ${revision}`
}

/** Undefined for a text that is no notice: anybody may publish on a channel. */
export function parseNotice(text: string): ChangeNotice | undefined {
  const [, instanceId, epoch, revision] = /^(\S+) (\d+) (\d+)$/.exec(text) ?? []
  if (!instanceId) return undefined
  return { instanceId, epoch: Number(epoch), revision: Number(revision) }
}

/** A version as one hash field. */
export function formatVersion({ epoch, revision }: Version): string {
  return `${epoch}:${revision}`
}

export function parseVersion(text: string | null | undefined): Version | undefined {
  const [, epoch, revision] = /^(\d+):(\d+)$/.exec(text ?? '') ?? []
  return epoch && revision ? { epoch: Number(epoch), revision: Number(revision) } : undefined
}

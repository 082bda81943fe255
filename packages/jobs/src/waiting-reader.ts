import type { Queue } from 'bullmq'
import type { StoredReply } from './reply-job.js'
import type { WaitingIndex, WaitingReply } from './waiting-index.js'

const pageJobs = 500
/** Jobs that a node looks at when it starts; what is above is found when it is due. */
const readJobsMax = 100_000
const checkedAtOnceMax = 2_000

export interface WaitingReaderOptions {
  index: WaitingIndex
  queue: Queue<StoredReply>
  node: string
  isNodeAlive(node: string): boolean | Promise<boolean>
  /** These are to be run by this node. */
  onRead(jobs: readonly StoredReply[]): void
  /** An entry that was thought to run is delayed in Redis. */
  onDelayed(entry: WaitingReply): void
}

/** Fills the index with the jobs that this node has to run: its own of before a restart, and those of nodes that are gone. */
export async function readWaiting(options: WaitingReaderOptions): Promise<void> {
  const { index, queue, node, isNodeAlive, onRead } = options
  const ours = new Map<string, boolean>([[node, true]])
  for (let from = 0; from < readJobsMax; from += pageJobs) {
    // From the latest down: jobs that leave while this reads are the earliest ones, so that no page is shifted.
    const jobs = await queue.getJobs(['delayed', 'wait'], from, from + pageJobs - 1)
    const read: StoredReply[] = []
    for (const job of jobs) {
      // Removed while the page was read; or done, and only to be ended.
      if (!job || job.data.outcome) continue
      const { node: maker } = job.data
      if (!ours.has(maker)) ours.set(maker, !(await isNodeAlive(maker)))
      if (!ours.get(maker)) continue
      index.add(job.id!, job.data, 'delayed', Date.now())
      read.push(job.data)
    }
    onRead(read)
    if (jobs.length === 0) return
  }
}

/**
 * Puts right what the index cannot know by itself: a job that was flushed or removed, one that another node took over, one
 * whose answer was lost with a connection. Looks at entries that nothing was heard of since `beforeMs`.
 */
export async function checkWaiting(options: WaitingReaderOptions, beforeMs: number): Promise<void> {
  const unseen: WaitingReply[] = []
  for (const entry of options.index.all()) {
    if (entry.state !== 'adding' && entry.seenAtMs < beforeMs) unseen.push(entry)
    if (unseen.length === checkedAtOnceMax) break
  }
  await Promise.all(unseen.map((entry) => check(options, entry)))
}

async function check(options: WaitingReaderOptions, entry: WaitingReply): Promise<void> {
  const { index, queue, onDelayed } = options
  const { seenAtMs } = entry
  const state = await queue.getJobState(entry.id)
  const takenOver = !isOver(state) && (await isTakenOver(options, entry))
  // Something was heard of it while Redis was asked: the answer is old.
  if (entry.seenAtMs !== seenAtMs) return
  if (isOver(state) || takenOver) {
    index.remove(entry.id)
    return
  }
  entry.seenAtMs = Date.now()
  if (state === 'delayed' && entry.state !== 'delayed') onDelayed(entry)
}

/** The reply of a dead node is indexed by every live one, until one of them takes it. */
async function isTakenOver(options: WaitingReaderOptions, entry: WaitingReply): Promise<boolean> {
  if (entry.node === options.node) return false
  const job = await options.queue.getJob(entry.id)
  return job !== undefined && job.data.node !== options.node && (await options.isNodeAlive(job.data.node))
}

/** 'unknown': Redis has no such job. */
function isOver(state: string): boolean {
  return state === 'completed' || state === 'failed' || state === 'unknown'
}

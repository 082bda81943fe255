import { Worker } from 'node:worker_threads'

/** Longer than a collection of garbage takes; a packet takes microseconds. */
const silenceMsMax = 20_000

/** Starts the watchdog: the caller writes how far it is to the first place of the array. */
export function startWatchdog(): { progress: Int32Array; stop(): Promise<unknown> } {
  const progress = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  const workerData = { progress, silenceMsMax }
  const worker = new Worker(new URL('./watchdog.mjs', import.meta.url), { workerData })
  worker.unref()
  return { progress, stop: () => worker.terminate() }
}

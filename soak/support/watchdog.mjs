// A thread that ends the process when the main thread makes no progress: an endless loop cannot be seen from inside.
// JavaScript, because a thread does not get the loader of its process.
import { writeSync } from 'node:fs'
import { workerData } from 'node:worker_threads'

/** @type {{ progress: Int32Array, silenceMsMax: number }} */
const { progress, silenceMsMax } = workerData
const stderr = 2
let last = -1

setInterval(() => {
  const now = Atomics.load(progress, 0)
  if (now !== last) {
    last = now
    return
  }
  writeSync(stderr, `No progress for ${silenceMsMax / 1_000} s at packet ${now}: an endless loop.\n`)
  process.kill(process.pid, 'SIGKILL')
}, silenceMsMax)

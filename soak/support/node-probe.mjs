// Loaded into a node before its own code: answers over the process channel what cannot be seen from outside, its memory
// without garbage and its counters. JavaScript, because the node that is measured is the compiled one, without a loader.
import { setTimeout as sleep } from 'node:timers/promises'
import { writeHeapSnapshot } from 'node:v8'
import { Instance } from '../../apps/data-plane/dist/fleet/instance.js'

const instances = new Set()
const apply = Instance.prototype.apply
Instance.prototype.apply = function (snapshot) {
  instances.add(this)
  return apply.call(this, snapshot)
}

/** The memory of buffers is given back by another thread, a moment after the collection that found them. */
const sweepMs = 200

process.on('message', async ({ ask, file }) => {
  if (ask === 'figures') process.send({ figures: await figures() })
  if (ask === 'heapSnapshot') process.send({ heapSnapshot: writeHeapSnapshot(file) })
})

async function figures() {
  globalThis.gc()
  await sleep(sweepMs)
  globalThis.gc()
  const drops = {}
  for (const { counters } of instances) {
    for (const [reason, times] of Object.entries(counters.drops)) drops[reason] = (drops[reason] ?? 0) + times
  }
  return { memory: process.memoryUsage(), drops }
}

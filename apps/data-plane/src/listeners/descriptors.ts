import { closeSync, openSync } from 'node:fs'
import { devNull } from 'node:os'
import type { Logger } from 'pino'

/** Room for so many connections and files; a node that has more pays for the next doublings as they come. */
const descriptors = 16_384

/**
 * Makes room for descriptors before the first client comes: Linux doubles the table of a process as it fills, and each time all its
 * threads stand still for some 10 ms (`expand_files` waits for an RCU grace period). After a restart everybody comes at once, and
 * would wait for each doubling. The table never shrinks. Takes some 100 ms, and no more descriptors than can be had.
 */
export function reserveDescriptors(log: Logger): void {
  const opened: number[] = []
  try {
    while (opened.length < descriptors) opened.push(openSync(devNull, 'r'))
  } catch (error) {
    log.info({ err: error, descriptors: opened.length }, 'this process may have no more descriptors')
  } finally {
    for (const descriptor of opened) closeSync(descriptor)
  }
}

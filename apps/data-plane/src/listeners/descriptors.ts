import { closeSync, openSync } from 'node:fs'
import { devNull } from 'node:os'

/** Room for so many connections and files; a node that has more pays for the next doublings as they come. */
const descriptors = 16_384

/**
 * Makes room for descriptors before the first client comes: Linux doubles the table of a process as it fills, and each time all its
 * threads stand still for some 10 ms (`expand_files` waits for an RCU grace period). After a restart everybody comes at once, and
 * would wait for each doubling. The table never shrinks. Takes some 100 ms, and no more descriptors than the process may have.
 */
export function reserveDescriptors(): void {
  const opened: number[] = []
  try {
    while (opened.length < descriptors) opened.push(openSync(devNull, 'r'))
  } catch (error) {
    // As many as this process may have: there is no more room to make.
    if ((error as NodeJS.ErrnoException).code !== 'EMFILE') throw error
  } finally {
    for (const descriptor of opened) closeSync(descriptor)
  }
}

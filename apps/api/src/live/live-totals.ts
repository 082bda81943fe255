import { addFigures, type LiveFigures, noFigures } from '@parley/config-feed'
import type { InstanceCounters } from '@parley/contracts'
import type { Heard } from './hear-nodes.js'

/** Runs of nodes that are told apart; of more, those that ended are one sum. */
const runsMax = 64

/**
 * The totals that the watchers of one instance see. A node that restarts counts from 0 again, and one that is gone is heard no
 * more: what they had counted stays in the totals, so that these never go down under a watcher and its rates stay right.
 */
export class LiveTotals {
  readonly #runs = new Map<string, LiveFigures>()
  readonly #ended = noFigures()

  /** Takes in what the nodes say now; `connections` are those of now. */
  take({ nodes, deadLetters }: Heard): InstanceCounters {
    const heard = new Set<string>()
    for (const { node, run, figures } of nodes) {
      // It has not written yet, or Redis lost what it wrote.
      if (run === '') continue
      heard.add(`${node} ${run}`)
      this.#runs.set(`${node} ${run}`, figures)
    }
    if (this.#runs.size > runsMax) this.#fold(heard)
    const sum = { ...this.#ended }
    for (const figures of this.#runs.values()) addFigures(sum, figures)
    const connections = nodes.reduce((all, node) => all + node.connections, 0)
    return { ...sum, connections, deadLetters }
  }

  #fold(heard: ReadonlySet<string>): void {
    for (const [run, figures] of this.#runs) {
      if (heard.has(run)) continue
      addFigures(this.#ended, figures)
      this.#runs.delete(run)
    }
  }
}

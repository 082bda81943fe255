/**
 * A task that never overlaps itself. Asked for while it runs, it runs once more afterwards: what was asked for after a run
 * began is always seen by a run that begins later.
 */
export function oneAtATime(task: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  let again = false

  async function run(): Promise<void> {
    try {
      do {
        again = false
        await task()
      } while (again)
    } finally {
      // In the same turn as the last look at `again`: whoever asks from here on begins a new run.
      running = undefined
    }
  }

  return () => {
    if (running) again = true
    else running = run()
    return running
  }
}

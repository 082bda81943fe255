/**
 * A task that never overlaps itself. Asked for while it runs, it runs once more afterwards: what was asked for after a run
 * began is always seen by a run that begins later.
 */
export function oneAtATime(task: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined
  let again = false

  async function run(): Promise<void> {
    do {
      again = false
      await task()
    } while (again)
  }

  return () => {
    if (running) again = true
    else {
      running = run().finally(() => {
        running = undefined
      })
    }
    return running
  }
}

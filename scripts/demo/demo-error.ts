/** The scene cannot go on; the message is one sentence that says why. */
export class DemoError extends Error {
  override readonly name = 'DemoError'
}

/** A step that takes longer than this has failed. */
const stepTimeoutMs = 5_000

/** The result of a step; a `DemoError` when it fails or does not happen in time. */
export async function step<T>(what: string, happening: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    const sentence = `${what} did not happen within ${stepTimeoutMs / 1_000} s.`
    timer = setTimeout(() => reject(new DemoError(sentence)), stepTimeoutMs)
  })
  try {
    return await Promise.race([happening, late])
  } catch (error) {
    if (error instanceof DemoError) throw error
    throw new DemoError(`${what} failed: ${(error as Error).message || String(error)}.`)
  } finally {
    clearTimeout(timer)
  }
}

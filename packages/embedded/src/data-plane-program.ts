import { join } from 'node:path'

/**
 * How Node runs the data plane: with short pauses rather than few. One helper for its collections, because several want the cores that
 * its clients and Redis need, and the event loop waits for the last of them; and a young generation that is collected in a
 * millisecond or two. The Dockerfile, docker-compose.yml and package.json say the same.
 */
export const dataPlaneFlags: readonly string[] = ['--v8-pool-size=1', '--max-semi-space-size=4']

/** The arguments of `node` that run the compiled data plane of the repository at `root`. */
export function dataPlaneProgram(root: string): string[] {
  return [...dataPlaneFlags, join(root, 'apps/data-plane/dist/main.js')]
}

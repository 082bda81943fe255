import { dirname } from 'node:path'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  root: dirname(import.meta.dirname),
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['faults/**/*.test.ts'],
    // One after the other: each loads the machine.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 30_000
  }
})

import { defineConfig } from 'vitest/config'

/** `npm run test:browser`: every walk through the admin UI, of which `npm test` takes the first ones. */
export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['acceptance/browser/*.test.ts'],
    isolate: false,
    // What is measured wants the machine for itself; a browser keeps both cores of a small one busy.
    maxWorkers: 1,
    reporters: ['default', './scripts/closing-line-reporter.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000
  }
})

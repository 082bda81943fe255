import { defineConfig } from 'vitest/config'

/** `npm run test:on-redis`: all tests of the data plane once more, with persistent sessions in a Redis as on a real node. */
export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: ['apps/data-plane/test/**/*.test.ts'],
    globalSetup: ['apps/data-plane/test/on-redis/sessions.ts'],
    isolate: false,
    maxWorkers: 2,
    reporters: ['default', './scripts/closing-line-reporter.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000
  }
})

import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: [
      'packages/*/test/**/*.test.ts',
      'apps/*/test/**/*.test.ts',
      'acceptance/*.test.ts',
      // The way in, and the way to a seen reply; the other walks take minutes: `npm run test:browser`.
      'acceptance/browser/{sign-in,account,api-keys,tour}.test.ts',
      'scripts/**/*.test.ts'
    ],
    isolate: false,
    // Most tests wait for servers and sockets: two at a time use the two cores of a small machine.
    maxWorkers: 2,
    reporters: ['default', './scripts/closing-line-reporter.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000
  }
})

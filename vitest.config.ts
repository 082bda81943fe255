import { defineConfig } from 'vitest/config'

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    include: [
      'packages/*/test/**/*.test.ts',
      'apps/*/test/**/*.test.ts',
      'acceptance/**/*.test.ts',
      'scripts/**/*.test.ts'
    ],
    isolate: false,
    reporters: ['default', './scripts/closing-line-reporter.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000
  }
})

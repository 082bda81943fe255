import { defineConfig } from 'vitest/config'

/** Not a test: `npm run screenshots` makes the pictures of the README. */
export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: { include: ['acceptance/screenshots/*.shots.ts'], testTimeout: 120_000, hookTimeout: 60_000 }
})

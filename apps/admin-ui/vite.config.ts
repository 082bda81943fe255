import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** Of a running `npm start`, for `npm run ui`. */
const apiOrigin = 'http://127.0.0.1:8080'

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
  resolve: { conditions: ['source', 'module', 'browser', 'development|production'] },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // Small files as data: URLs would need a looser content security policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 600,
    // A schema that a page does not use is left out, and the schema library with it.
    rolldownOptions: { treeshake: { manualPureFunctions: ['Type'], propertyReadSideEffects: false } }
  },
  // The host stays as the browser sent it: the API takes changes from its own origin only.
  server: { port: 5173, strictPort: true, proxy: { '/api': { target: apiOrigin, changeOrigin: false } } }
})

import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

/** `npm run dev -w dashboard` shows changes at once beside a server that runs with `npm start`. */
const server = 'http://127.0.0.1:4747'

export default defineConfig({
  plugins: [react()],
  build: { outDir: 'dist', target: 'es2023', sourcemap: false, assetsInlineLimit: 0, modulePreload: { polyfill: false } },
  server: { proxy: Object.fromEntries(['/client', '/session', '/inbox'].map((path) => [path, server])) },
})

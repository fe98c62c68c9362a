import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

/** `npm run dev -w dashboard` shows changes at once beside a server that runs with `npm start`. */
const server = 'http://127.0.0.1:4747'

/** The typefaces are asked for beside the script, not after it, so that they are there when text is first drawn. */
const preloadFonts: Plugin = {
  name: 'preload-fonts',
  transformIndexHtml: {
    order: 'post',
    handler: (_, { bundle }) =>
      Object.keys(bundle ?? {})
        .filter((name) => name.endsWith('.woff2'))
        .map((name) => ({
          tag: 'link',
          attrs: { rel: 'preload', as: 'font', type: 'font/woff2', crossorigin: '', href: `/${name}` },
          injectTo: 'head',
        })),
  },
}

export default defineConfig({
  plugins: [react(), preloadFonts],
  build: {
    outDir: 'dist',
    target: 'es2023',
    sourcemap: false,
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // What most pages share is one file, not one for each part; dialogs bring a library of their own.
        codeSplitting: {
          groups: [{ name: 'parts', test: /dashboard\/src\/(?:api|session|parts\/(?!dialog))|src\/client\// }],
        },
      },
    },
  },
  server: { proxy: Object.fromEntries(['/client', '/session', '/inbox'].map((path) => [path, server])) },
})

import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { convertV4MiniflareOptions, Miniflare } from 'miniflare'

/** One of the Workers in this folder as a single module: its `answer` is the Worker's fetch, its `queue` what it is. */
const bundle = (name: string): string => {
  const { outputFiles } = buildSync({
    stdin: {
      contents: `import * as all from './${name}'\nexport * from './${name}'\nexport default { ...all, fetch: all.answer }`,
      resolveDir: fileURLToPath(new URL('.', import.meta.url)),
    },
    bundle: true,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd'],
    loader: { '.sql': 'text' },
    write: false,
  })
  return outputFiles[0]?.text ?? ''
}

/** Runs one of the Workers in this folder in the real runtime, with these bindings; the caller disposes of it. */
export const startWorkerd = (name: string, options: object = {}) =>
  new Miniflare(
    convertV4MiniflareOptions({
      host: '127.0.0.1',
      port: 0,
      modules: true,
      script: bundle(name),
      cf: false,
      compatibilityDate: '2026-10-01',
      ...options,
    }),
  )

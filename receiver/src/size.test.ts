import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { buildSync } from 'esbuild'
import { expect, test } from 'vitest'

/** What a Worker's bundle grows by, minified and gzipped. */
const gzippedBytes = (names: string, from: string): number => {
  const { outputFiles } = buildSync({
    stdin: { contents: `export { ${names} } from '${from}'`, resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2024',
    conditions: ['workerd'],
    write: false,
  })
  return gzipSync(outputFiles[0]?.contents ?? '', { level: 9 }).length
}

test.each([
  ['@imagehooks/receiver/verify', 'createVerifier, guideScheme', 1024],
  ['@imagehooks/receiver', 'createReceiver', 4096],
])('%s with %s adds no more than its share to a bundle', (from, names, limit) => {
  const bytes = gzippedBytes(names, from)
  expect(bytes).toBeGreaterThan(500)
  expect(bytes).toBeLessThanOrEqual(limit)
})

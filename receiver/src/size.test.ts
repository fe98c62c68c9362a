import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { gzippedBytes, sizeLimits } from '../../scripts/pack-receiver.ts'

test.each(sizeLimits)('$from with $names adds no more than $limitBytes bytes to a bundle', (entry) => {
  const bytes = gzippedBytes(entry.from, entry.names, fileURLToPath(new URL('.', import.meta.url)))
  expect(bytes).toBeGreaterThan(500)
  expect(bytes).toBeLessThanOrEqual(entry.limitBytes)
})

import { describe, expect, test } from 'vitest'
import type { Image } from '../domain/image.ts'
import { publicVariant, type Variant } from '../domain/variant.ts'
import { acceptsWebp, planRendition } from './rendition-plan.ts'

const image: Image = {
  accountId: 'a',
  id: 'hero',
  filename: '',
  format: 'jpeg',
  width: 10,
  height: 10,
  sizeBytes: 10,
  blobKey: '0'.repeat(32),
  digest: '',
  meta: null,
  creator: null,
  requireSignedURLs: false,
  uploadedAt: 0,
}

const variant: Variant = { ...publicVariant, accountId: 'a', neverRequireSignedURLs: false, revision: 1 }

describe('WebP is taken', () => {
  test.each([
    ['image/webp', true],
    ['IMAGE/WEBP; q=0.1', true],
    ['image/avif, image/webp', true],
    ['image/webp;q=0', false],
    ['image/webp; q=0.000', false],
    ['image/*', false],
    ['*/*', false],
    ['', false],
    [undefined, false],
  ])('by those who accept %j: %j', (accept, taken) => {
    expect(acceptsWebp(accept)).toBe(taken)
  })
})

const plan = (changed: Partial<Variant> = {}, other: Partial<Image> = {}, accept?: string) =>
  planRendition({ ...image, ...other }, { ...variant, ...changed }, accept)

describe('a rendition', () => {
  test('has another key and another ETag for other bytes, options, revisions and formats', () => {
    const plans = [
      plan(),
      plan({}, { blobKey: '1'.repeat(32) }),
      plan({ revision: 2 }),
      plan({ options: { ...variant.options, width: 1365 } }),
      plan({ options: { ...variant.options, exifPolicy: 'keep' } }),
      plan({ id: 'other' }),
      plan({}, {}, 'image/webp'),
      plan({}, { format: 'png' }),
    ]
    expect(new Set(plans.map(({ etag }) => etag)).size).toBe(plans.length)
    expect(new Set(plans.map(({ rendition }) => JSON.stringify(rendition?.key))).size).toBe(plans.length)
  })

  test('is the same for the same, whatever else the image says', () => {
    expect(plan({}, { creator: 'ada', id: 'renamed' })).toEqual(plan())
  })

  test('is never made of a drawing', () => {
    expect(plan({}, { format: 'svg' }, 'image/webp').rendition).toBeUndefined()
  })
})

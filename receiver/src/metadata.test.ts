import { expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { postStandard, upload } from '../test/deliver.ts'
import { code, receiving } from '../test/receiving.ts'
import type { ImageUploadedEvent } from './events/events.ts'
import { withMetadata } from './metadata.ts'

const schema = z.object({
  userId: z.string().max(20),
  // A text in a map of texts: "false" is not true.
  isPublic: z
    .enum(['true', 'false'])
    .default('false')
    .transform((text) => text === 'true'),
})

const misfitting = upload({ image: { metadata: { userId: 'x'.repeat(21), isPublic: 'perhaps' } } })

test('metadata comes as the schema makes it, typed, beside the event as it was sent', async () => {
  const { fetch, on } = receiving()
  const got: unknown[] = []
  on(
    'image.uploaded',
    withMetadata(schema, { misfit: 'refuse' }, ({ metadata, event }) => {
      expectTypeOf(metadata).toEqualTypeOf<{ userId: string; isPublic: boolean }>()
      expectTypeOf(event).toEqualTypeOf<ImageUploadedEvent>()
      got.push(metadata, event.image.metadata)
    }),
  )
  expect(await code(await fetch(postStandard(upload())))).toBe('done')
  expect(got).toEqual([{ userId: 'test_user', isPublic: false }, { userId: 'test_user' }])
})

test('metadata that does not fit is ignored, refused or handled, as was chosen', async () => {
  const handled: unknown[] = []
  const handle = () => void handled.push('handled')
  const ignoring = receiving()
  ignoring.on('image.uploaded', withMetadata(schema, { misfit: 'ignore' }, handle))
  expect(await code(await ignoring.fetch(postStandard(misfitting)))).toBe('done')

  const refusing = receiving()
  refusing.on('image.uploaded', withMetadata(schema, { misfit: 'refuse' }, handle))
  expect(await code(await refusing.fetch(postStandard(misfitting)))).toBe('refused')
  expect(String(refusing.records[0]?.error)).toBe('Refusal: The metadata does not fit at /userId, /isPublic.')

  const mending = receiving()
  const issues: number[] = []
  mending.on(
    'image.uploaded',
    withMetadata(schema, { misfit: (delivery) => issues.push(delivery.issues.length) }, handle),
  )
  expect(await code(await mending.fetch(postStandard(misfitting)))).toBe('done')
  expect(issues).toEqual([2])
  expect(handled).toEqual([])
})

test('an image without metadata is one with none of its fields', async () => {
  const { fetch, on } = receiving()
  const got: unknown[] = []
  const optional = z.object({ userId: z.string().optional() })
  on(
    'image.*',
    withMetadata(optional, { misfit: 'refuse' }, ({ metadata }) => got.push(metadata)),
  )
  const { image, ...event } = upload()
  const { metadata: _, ...bare } = image
  expect(await code(await fetch(postStandard(JSON.stringify({ ...event, image: bare }))))).toBe('done')
  expect(got).toEqual([{}])
})

import { expect, test } from 'vitest'
import { eventTypes } from './events.ts'
import { sampleEvent } from './samples.ts'

test('the sample of an upload has the fields and the order of the guide', () => {
  expect(JSON.stringify(sampleEvent('image.uploaded'))).toBe(
    '{"event":"image.uploaded","timestamp":"2025-01-15T10:30:00.000Z","accountId":"test","image":{"id":"test_image_id",' +
      '"filename":"test.jpg","uploaded":"2025-01-15T10:30:00.000Z","requireSignedURLs":false,' +
      '"variants":["https://example.com/test.jpg"],"metadata":{"userId":"test_user"}}}',
  )
})

test.each(eventTypes)('a sample of %s takes what is said differently and keeps the rest', (type) => {
  const sample = sampleEvent(type, { accountId: 'other', image: { id: 'x' } })
  expect(sample).toMatchObject({ event: type, accountId: 'other', image: { id: 'x', filename: 'test.jpg' } })
})

test('only a failed upload has an error', () => {
  expect(eventTypes.filter((type) => 'error' in sampleEvent(type))).toEqual(['image.upload_failed'])
})

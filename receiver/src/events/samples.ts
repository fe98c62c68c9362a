import type { EventImage, EventMap, EventType } from './events.ts'

/** What a sample may say differently. */
export type SampleOverrides = {
  timestamp?: string
  accountId?: string
  image?: Partial<EventImage>
  error?: { code: string; message: string }
}

const common = <Type extends EventType>(type: Type, { timestamp, accountId, image }: SampleOverrides) => ({
  event: type,
  timestamp: timestamp ?? '2025-01-15T10:30:00.000Z',
  accountId: accountId ?? 'test',
  image: {
    id: 'test_image_id',
    filename: 'test.jpg',
    uploaded: '2025-01-15T10:30:00.000Z',
    requireSignedURLs: false,
    variants: ['https://example.com/test.jpg'],
    metadata: { userId: 'test_user' },
    ...image,
  },
})

const samples: { [Type in EventType]: (overrides: SampleOverrides) => EventMap[Type] } = {
  'image.uploaded': (overrides) => common('image.uploaded', overrides),
  'image.upload_failed': (overrides) => ({
    ...common('image.upload_failed', overrides),
    error: overrides.error ?? { code: 'image_undecodable', message: 'The file is not an image that can be decoded.' },
  }),
  'image.updated': (overrides) => common('image.updated', overrides),
  'image.deleted': (overrides) => common('image.deleted', overrides),
}

/**
 * A sample event with the fields of the guide's manual test, for test deliveries, docs and tests. `overrides` replace
 * fields; those of `image` are merged one by one. Its times are of 2025: a receiver that looks at the event's age
 * wants `timestamp` overridden.
 */
export const sampleEvent = <Type extends EventType>(type: Type, overrides: SampleOverrides = {}): EventMap[Type] =>
  samples[type](overrides)

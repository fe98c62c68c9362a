import type { EventType, JsonObject } from './events.ts'

/** Instants as they stand in an event: ISO 8601 in UTC with a `Z`, seconds and an optional fraction. */
const instantPattern = '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?Z$'

const instant = (description: string): JsonObject => ({
  type: 'string',
  format: 'date-time',
  pattern: instantPattern,
  description,
})

const image: JsonObject = {
  type: 'object',
  required: ['id', 'filename', 'uploaded', 'requireSignedURLs', 'variants'],
  properties: {
    id: { type: 'string', minLength: 1, description: 'A UUID, or the id that the uploader chose.' },
    filename: { type: 'string', description: 'The name that the uploader gave.' },
    uploaded: instant('When the bytes arrived.'),
    requireSignedURLs: { type: 'boolean', description: 'Whether the image is served to signed URLs only.' },
    variants: { type: 'array', items: { type: 'string' }, description: 'One address for each variant.' },
    metadata: { type: 'object', description: "The uploader's own JSON; absent when there is none." },
    creator: { type: 'string', description: 'The creator named at the upload; absent when none was.' },
  },
}

const error: JsonObject = {
  type: 'object',
  required: ['code', 'message'],
  properties: {
    code: { type: 'string', minLength: 1, description: 'A stable word for programs.' },
    message: { type: 'string', description: 'A sentence for people.' },
  },
}

const schema = (type: EventType, description: string, more: JsonObject = {}): JsonObject => ({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  $id: `urn:imagehooks:event:${type}`,
  title: type,
  description,
  type: 'object',
  required: ['event', 'timestamp', 'accountId', 'image', ...Object.keys(more)],
  properties: {
    event: { const: type },
    timestamp: instant('When it happened; strictly increases for one image.'),
    accountId: { type: 'string', minLength: 1, description: 'The account that owns the image.' },
    image,
    ...more,
  },
})

/** The JSON Schema (2020-12) of each event type. Further keys are allowed everywhere: a newer server may send them. */
export const eventSchemas: Readonly<Record<EventType, JsonObject>> = {
  'image.uploaded': schema('image.uploaded', "An image's bytes were stored."),
  'image.upload_failed': schema('image.upload_failed', 'A direct upload or an import that was accepted has failed.', {
    error,
  }),
  'image.updated': schema('image.updated', "An image's metadata, creator or privacy changed."),
  'image.deleted': schema('image.deleted', 'An image was removed; `image` is its last known state.'),
}

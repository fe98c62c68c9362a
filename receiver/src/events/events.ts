/** Any value that JSON can say. */
export type JsonValue = string | number | boolean | null | JsonValue[] | JsonObject

/** A JSON object, as JSON.parse gives it. */
export type JsonObject = { [key: string]: JsonValue }

/** The types of event, in the order of the catalogue. */
export const eventTypes = ['image.uploaded', 'image.upload_failed', 'image.updated', 'image.deleted'] as const

/** One of {@link eventTypes}. */
export type EventType = (typeof eventTypes)[number]

/** Whether a text names a known event type. */
export const isEventType = (text: unknown): text is EventType => eventTypes.some((type) => type === text)

/** The image of an event, as it was at the event's `timestamp`. Keys are sent in this order. */
export type EventImage = {
  /** A UUID, or the id its uploader chose: it may hold slashes and dots, so encode it before it goes into a URL. */
  id: string
  /** The name its uploader gave. Untrusted text; may be empty. */
  filename: string
  /** When the bytes arrived: ISO 8601, UTC. */
  uploaded: string
  requireSignedURLs: boolean
  /** The image's public addresses, one for each variant. */
  variants: string[]
  /** The uploader's own JSON; absent when there is none. Untrusted: it decides nothing about owners or rights. */
  metadata?: JsonObject
  /** The creator named at the upload; absent when none was. */
  creator?: string
}

/** What every event says. Keys are sent in this order. */
type EventOf<Type extends EventType> = {
  event: Type
  /** When it happened: ISO 8601, UTC. Strictly increases for one image. */
  timestamp: string
  accountId: string
  image: EventImage
}

/** An image's bytes were stored. */
export type ImageUploadedEvent = EventOf<'image.uploaded'>

/** A direct upload or an import that was accepted has failed. */
export type ImageUploadFailedEvent = EventOf<'image.upload_failed'> & {
  /** `code` is a stable word for programs; the message is a sentence for people. */
  error: { code: string; message: string }
}

/** An image's metadata, its creator or whether it requires signed URLs changed. */
export type ImageUpdatedEvent = EventOf<'image.updated'>

/** An image was removed; `image` is its last known state. */
export type ImageDeletedEvent = EventOf<'image.deleted'>

/** The event of each type. */
export type EventMap = {
  'image.uploaded': ImageUploadedEvent
  'image.upload_failed': ImageUploadFailedEvent
  'image.updated': ImageUpdatedEvent
  'image.deleted': ImageDeletedEvent
}

/** The body of a webhook. */
export type WebhookEvent = EventMap[EventType]

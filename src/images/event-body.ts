import type { EventImage, EventType } from '@imagehooks/receiver'
import type { ImageRecord, Meta } from '../domain/image.ts'

/** What an event says. */
export type EventFacts = {
  readonly type: EventType
  /** The event's own time. */
  readonly at: number
  readonly image: ImageRecord
  /** The image's variant URLs at that time. */
  readonly variants: readonly string[]
  /** Of `image.upload_failed`, and of that alone: the code is a word for programs. */
  readonly error?: { readonly code: string; readonly message: string }
}

/** The wire's image, its metadata as loose as the user's own JSON is. */
type BodyImage = Omit<EventImage, 'metadata'> & { metadata?: Meta }

const toBodyImage = (image: ImageRecord, variants: readonly string[]): BodyImage => ({
  id: image.id,
  filename: image.filename,
  uploaded: new Date(image.uploadedAt).toISOString(),
  requireSignedURLs: image.requireSignedURLs,
  variants: [...variants],
  ...(image.meta !== null && { metadata: image.meta }),
  ...(image.creator !== null && { creator: image.creator }),
})

/** The bytes that are stored, signed and sent for an event: its keys always stand in this order. */
export const eventBody = ({ type, at, image, variants, error }: EventFacts): Uint8Array =>
  Buffer.from(
    JSON.stringify({
      event: type,
      timestamp: new Date(at).toISOString(),
      accountId: image.accountId,
      image: toBodyImage(image, variants),
      ...(error && { error }),
    }),
  )

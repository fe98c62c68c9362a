/** What an endpoint may hear of. */
export const eventTypes = ['image.uploaded', 'image.upload_failed', 'image.updated', 'image.deleted'] as const

export type EventType = (typeof eventTypes)[number]

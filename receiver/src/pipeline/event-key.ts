import type { Bytes } from '../crypto/mac.ts'
import type { WebhookEvent } from '../events/events.ts'

/** Escapes as JSON does, and the separator besides, so that two events never share a key. Never throws. */
const part = (text: string): string => JSON.stringify(text).slice(1, -1).replaceAll('|', '\\u007c')

/**
 * What identifies an event: `accountId|event|image.id|timestamp`, all of them signed. The same whichever scheme
 * proved it, so that a copy whose other headers were cut off is still a duplicate.
 */
export const eventKey = ({ accountId, event, image, timestamp }: WebhookEvent): string =>
  [accountId, event, image.id, timestamp].map(part).join('|')

/**
 * What identifies a body that is no known event: its signed id, or the SHA-256 of its bytes (in decimal), which no attempt
 * changes.
 */
export const unknownKey = async (id: string | undefined, body: Bytes): Promise<string> =>
  id === undefined ? `sha256|${new Uint8Array(await crypto.subtle.digest('SHA-256', body))}` : `id|${id}`

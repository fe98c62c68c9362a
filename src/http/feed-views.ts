import { z } from 'zod'
import type { FeedEvent } from '../store/feed-reader.ts'

export const feedEventResult = z.object({
  id: z.string().describe('The `webhook-id` of its deliveries.'),
  type: z.string(),
  created: z.iso.datetime(),
  cursor: z.string().describe('Behind it the feed goes on after this event.'),
  body: z
    .string()
    .describe(
      'The body of its webhooks: encoded as UTF-8 it is what is sent and signed, byte for byte; parsed it is the event.',
    ),
})

/** Bodies are written by this server as JSON, whose text is always whole UTF-8: nothing is lost on the way. */
export const feedEventView = (event: FeedEvent): z.infer<typeof feedEventResult> => ({
  id: event.id,
  type: event.type,
  created: new Date(event.createdAt).toISOString(),
  cursor: String(event.position),
  body: new TextDecoder().decode(event.body),
})

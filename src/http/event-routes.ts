import { eventSchemas, eventTypes, isEventType, sampleEvent, type EventType } from '@imagehooks/receiver'
import { z } from 'zod'
import type { Clock } from '../domain/clock.ts'
import { AppError } from '../domain/errors.ts'
import type { Feed, FeedStart } from '../webhooks/feed.ts'
import type { FeedWatch } from '../webhooks/feed-watch.ts'
import { createApi, type ApiRoutes } from './api-routes.ts'
import { isStillAllowed, type AppContext } from './environment.ts'
import { feedStream } from './feed-stream.ts'
import { feedEventResult, feedEventView } from './feed-views.ts'
import { imageIdFilter } from './webhook-schemas.ts'
import { wholeNumberText } from './whole-number.ts'

const cursorPattern = /^\d{1,15}$/

const toStart = (text: string | undefined): FeedStart => {
  if (text === undefined || text === '') return 'oldest'
  return text === 'latest' ? text : Number(text)
}

const eventQuery = z.strictObject({
  after: z
    .string()
    .refine((text) => text === 'latest' || cursorPattern.test(text), 'must be a cursor that the feed gave, or "latest"')
    .optional()
    .describe(
      'Where to go on: `next` of the page before, or `latest` for what comes from now on. Default: the oldest event that is kept.',
    ),
  types: z
    .string()
    .transform((text) => text.split(','))
    .refine(
      (types): types is EventType[] => types.every(isEventType),
      `must be event types separated by commas: ${eventTypes.join(', ')}`,
    )
    .default([...eventTypes])
    .describe('Event types, separated by commas; default all.'),
  image_id: imageIdFilter.describe('The events of one image alone, also of one that was deleted.'),
  limit: wholeNumberText(1, 500).default(100),
})

const eventsResult = z.object({
  events: z.array(feedEventResult),
  next: z.string().describe('The cursor to go on from, also when there are no events.'),
})

const eventTypesResult = z.object({
  event_types: z.array(
    z.object({
      type: z.enum(eventTypes),
      description: z.string(),
      schema: z.record(z.string(), z.unknown()).describe('JSON Schema (2020-12) of the body.'),
      sample: z.record(z.string(), z.unknown()),
    }),
  ),
})

const typeView = (type: EventType): z.infer<typeof eventTypesResult>['event_types'][number] => ({
  type,
  description: String(eventSchemas[type]['description']),
  schema: eventSchemas[type],
  sample: sampleEvent(type),
})

const wantsStream = (context: AppContext): boolean =>
  context.req.raw.method === 'GET' && /\btext\/event-stream\b/.test(context.req.header('accept') ?? '')

/** A reader that comes again says with its last id where it stopped, whatever the address still says. */
const startOf = (context: AppContext, after: string | undefined): FeedStart => {
  const lastId = context.req.header('last-event-id')
  if (lastId && !cursorPattern.test(lastId))
    throw new AppError('bad_request', 'last-event-id must be the id of an event of this stream.')
  return toStart(lastId || after)
}

export type EventRoutesParts = {
  readonly feed: Feed
  readonly feedWatch: FeedWatch
  readonly clock: Clock
  /** Aborted when the server stops. */
  readonly stopping: AbortSignal
}

/** The feed of events and the catalogue of their types, relative to `…/images/v1/webhooks`. */
export const eventRoutes = ({ feed, feedWatch, clock, stopping }: EventRoutesParts): ApiRoutes => {
  const api = createApi({ clock, strict: true })
  api.get(
    '/events',
    {
      summary: 'Read the feed of events, in order',
      description:
        'Every event once, tests left out; nothing is skipped, whatever order transactions commit in. With `accept: text/event-stream` the answer stays open: `id` is the cursor, `event` the type, `data` an event as in the list; it resumes behind `last-event-id`. A cursor older than the retention answers 410.',
      query: eventQuery,
      result: eventsResult,
      errors: ['cursor_expired', 'too_many_requests'],
    },
    async ({ account, context, query: { after, types, limit, image_id: imageId } }) => {
      if (!wantsStream(context)) {
        const page = await feed.read(account.id, { after: await feed.begin(toStart(after)), types, limit, imageId })
        return { events: page.events.map(feedEventView), next: String(page.next) }
      }
      const cursor = await feed.begin(startOf(context, after))
      const stream = feedStream({
        accountId: account.id,
        cursor,
        types,
        imageId,
        feed,
        follower: feedWatch.follow(account.id),
        clock,
        ending: AbortSignal.any([stopping, context.req.raw.signal]),
        isAllowed: () => isStillAllowed(context),
        breakOff: () => context.env.incoming?.destroy(),
      })
      return new Response(stream, { headers: { 'content-type': 'text/event-stream', 'cache-control': 'no-store' } })
    },
  )
  api.get(
    '/event-types',
    { summary: 'List the event types with their schemas', result: eventTypesResult },
    async () => ({ event_types: eventTypes.map(typeView) }),
  )
  return api
}

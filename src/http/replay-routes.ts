import { z } from 'zod'
import type { Clock } from '../domain/clock.ts'
import { replaySelections, replayStates, type Replay } from '../domain/replay.ts'
import type { Endpoints } from '../webhooks/endpoints.ts'
import type { Replays } from '../webhooks/replays.ts'
import { createApi, type ApiRoutes } from './api-routes.ts'
import { instant } from './webhook-schemas.ts'

const newReplay = z
  .strictObject({
    since: instant.describe('Events from this instant on.'),
    until: instant.optional().describe('Events before this instant; default now.'),
    state: z.enum(['dead', 'succeeded']).optional().describe('Which deliveries are put back to pending; default dead.'),
    missing: z
      .boolean()
      .default(false)
      .describe('Instead: events of its types that have no delivery to this endpoint.'),
    dry_run: z.boolean().default(false).describe('Only count what it would take.'),
  })
  .refine(({ missing, state }) => !missing || state === undefined, {
    path: ['missing'],
    error: 'takes events without a delivery, so no state can be given with it',
  })

const time = z.iso.datetime()
const count = z.int()

const replayResult = z.object({
  id: z.string(),
  webhook_id: z.string(),
  selection: z.enum(replaySelections),
  since: time,
  until: time,
  state: z.enum(replayStates),
  progress: z.number().describe('How much of the time from since to until was gone through, 0 to 1.'),
  looked_count: count.describe('Deliveries, or events, that were looked at.'),
  replayed_count: count.describe('Those of them that are sent (again).'),
  created: time,
  finished: time.nullable(),
})

const replayCountResult = z.object({
  dry_run: z.literal(true),
  replayed_count: count.describe('How many would be sent (again).'),
  looked_count: count,
  complete: z.boolean().describe('False when there was too much to look at: then it is at least that many.'),
})

const iso = (instantMs: number): string => new Date(instantMs).toISOString()

const progressOf = ({ state, reachedAt, sinceAt, untilAt }: Replay): number =>
  state === 'finished' ? 1 : Math.min(1, Math.max(0, (reachedAt - sinceAt) / (untilAt - sinceAt)))

const replayView = (replay: Replay): z.infer<typeof replayResult> => ({
  id: replay.id,
  webhook_id: replay.endpointId,
  selection: replay.selection,
  since: iso(replay.sinceAt),
  until: iso(replay.untilAt),
  state: replay.state,
  progress: Number(progressOf(replay).toFixed(4)),
  looked_count: replay.lookedCount,
  replayed_count: replay.replayedCount,
  created: iso(replay.createdAt),
  finished: replay.finishedAt === null ? null : iso(replay.finishedAt),
})

export type ReplayRoutesParts = { readonly endpoints: Endpoints; readonly replays: Replays; readonly clock: Clock }

/** Replays of many deliveries, relative to `…/images/v1/webhooks`. */
export const replayRoutes = ({ endpoints, replays, clock }: ReplayRoutesParts): ApiRoutes => {
  const api = createApi({ clock, strict: true })
  api.post(
    '/:id{webhook_[0-9a-z]+}/replay',
    {
      summary: 'Replay many deliveries of an endpoint, or what it missed',
      description:
        'A worker puts them back to pending in batches, behind first attempts and retries, and waits while many of them are pending. Tests are left out. With `missing` an endpoint also gets events from before it was made.',
      body: newReplay,
      result: z.union([replayResult, replayCountResult]),
      errors: ['endpoint_not_found', 'replay_running'],
    },
    async ({ account, context, body }) => {
      const endpoint = await endpoints.get(account.id, context.req.param('id') ?? '')
      const wish = {
        accountId: account.id,
        endpointId: endpoint.id,
        selection: body.missing ? 'missing' : (body.state ?? 'dead'),
        sinceAt: body.since,
        untilAt: body.until,
      } as const
      if (!body.dry_run) return replayView(await replays.start(wish))
      const { takenCount, lookedCount, complete } = await replays.count(wish)
      return { dry_run: true as const, replayed_count: takenCount, looked_count: lookedCount, complete }
    },
  )
  api.get(
    '/:id{webhook_[0-9a-z]+}/replays',
    {
      summary: 'List the replays of an endpoint, newest first',
      result: z.object({ replays: z.array(replayResult) }),
      errors: ['endpoint_not_found'],
    },
    async ({ account, context }) => {
      const endpoint = await endpoints.get(account.id, context.req.param('id') ?? '')
      return { replays: (await replays.list(endpoint.id)).map(replayView) }
    },
  )
  api.get(
    '/replays/:id',
    { summary: 'Get a replay and how far it is', result: replayResult, errors: ['replay_not_found'] },
    async ({ account, context }) => replayView(await replays.get(account.id, context.req.param('id') ?? '')),
  )
  api.delete(
    '/replays/:id',
    {
      summary: 'Cancel a replay',
      description: 'What was put back to pending stays so.',
      result: replayResult,
      errors: ['replay_not_found'],
    },
    async ({ account, context }) => replayView(await replays.cancel(account.id, context.req.param('id') ?? '')),
  )
  return api
}

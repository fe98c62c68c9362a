import { z } from 'zod'
import type { Clock } from '../domain/clock.ts'
import { latencyQuantile } from '../domain/latency-sketch.ts'
import { successRate, type Tally } from '../domain/tally.ts'
import type { Endpoints } from '../webhooks/endpoints.ts'
import {
  statisticsWindows,
  type Attention,
  type Statistics,
  type StatisticsPoint,
  type StatisticsReader,
} from '../webhooks/statistics.ts'
import { createApi, type ApiRoutes } from './api-routes.ts'

const statisticsQuery = z.strictObject({
  window: z.enum(statisticsWindows, { error: `must be one of ${statisticsWindows.join(', ')}` }).default('24h'),
})

const count = z.number().int()
const time = z.iso.datetime()
const milliseconds = z.number().nullable()

const countsResult = z.object({
  attempts: count,
  attempts_succeeded: count,
  attempts_failed: count,
  failures: z.record(z.string(), count).readonly().describe('Failed attempts by what went wrong.'),
  success_rate: z.number().nullable().describe('Share of attempts that succeeded, 0 to 1; null when there were none.'),
  deliveries_succeeded: count,
  deliveries_dead: count,
  latency_ms: z
    .object({ p50: milliseconds, p95: milliseconds, p99: milliseconds })
    .describe('Of attempts, failed ones too; within 5 %.'),
})

const seriesShape = <Counts extends z.ZodObject>(counts: Counts) =>
  z.object({
    window: z.enum(statisticsWindows),
    from: time,
    until: time,
    step_seconds: count,
    totals: counts,
    series: z.array(counts.extend({ at: time })).describe('Every step, oldest first; the last is still going on.'),
  })

const endpointStatisticsResult = seriesShape(countsResult)

const accountStatisticsResult = seriesShape(countsResult.extend({ images_uploaded: count })).extend({
  attention: z.object({
    suspended: z.array(z.object({ id: z.string(), name: z.string(), since: time, reason: z.string().nullable() })),
    deliveries_dead: count,
    oldest_due_at: time.nullable(),
    oldest_due_seconds: z.number().nullable(),
  }),
})

const iso = (instantMs: number): string => new Date(instantMs).toISOString()

const quantile = (tally: Tally, share: number): number | null => {
  const durationMs = latencyQuantile(tally.latency, share)
  return durationMs === null ? null : Number(durationMs.toPrecision(3))
}

const countsView = (tally: Tally): z.infer<typeof countsResult> => ({
  attempts: tally.attempts,
  attempts_succeeded: tally.succeeded,
  attempts_failed: tally.attempts - tally.succeeded,
  failures: tally.failures,
  success_rate: successRate(tally),
  deliveries_succeeded: tally.deliveriesSucceeded,
  deliveries_dead: tally.deliveriesDead,
  latency_ms: { p50: quantile(tally, 0.5), p95: quantile(tally, 0.95), p99: quantile(tally, 0.99) },
})

const accountCountsView = ({ tally, uploadCount }: Omit<StatisticsPoint, 'at'>) => ({
  ...countsView(tally),
  images_uploaded: uploadCount,
})

const frameView = ({ window, from, until, stepMs }: Statistics) => ({
  window,
  from: iso(from),
  until: iso(until),
  step_seconds: stepMs / 1000,
})

const attentionView = ({ suspended, oldestDueAt }: Attention, { until, totals }: Statistics) => ({
  suspended: suspended.map(({ since, ...endpoint }) => ({ ...endpoint, since: iso(since) })),
  deliveries_dead: totals.tally.deliveriesDead,
  oldest_due_at: oldestDueAt === null ? null : iso(oldestDueAt),
  oldest_due_seconds: oldestDueAt === null ? null : Math.max(0, until - oldestDueAt) / 1000,
})

export type StatisticsRoutesParts = {
  readonly endpoints: Endpoints
  readonly statistics: StatisticsReader
  readonly clock: Clock
}

/** The calls for charts and the overview, relative to `…/images/v1/webhooks`. */
export const statisticsRoutes = ({ endpoints, statistics, clock }: StatisticsRoutesParts): ApiRoutes => {
  const api = createApi({ clock, strict: true })
  api.get(
    '/stats',
    {
      summary: 'Statistics of the account, and what needs attention',
      description:
        'All endpoints together, removed ones too. Tests are not counted. Uploads are counted within ten seconds.',
      query: statisticsQuery,
      result: accountStatisticsResult,
    },
    async ({ account, query }) => {
      const [read, attention] = await Promise.all([
        statistics.ofAccount(account.id, query.window),
        statistics.attention(account.id),
      ])
      return {
        ...frameView(read),
        totals: accountCountsView(read.totals),
        series: read.series.map((point) => ({ at: iso(point.at), ...accountCountsView(point) })),
        attention: attentionView(attention, read),
      }
    },
  )
  api.get(
    '/:id{webhook_[0-9a-z]+}/stats',
    {
      summary: 'Statistics of an endpoint',
      description: 'Counts and latency percentiles of its attempts, for charts. Tests are not counted.',
      query: statisticsQuery,
      result: endpointStatisticsResult,
      errors: ['endpoint_not_found'],
    },
    async ({ account, context, query }) => {
      const endpoint = await endpoints.get(account.id, context.req.param('id') ?? '')
      const read = await statistics.ofEndpoint(endpoint.id, query.window)
      return {
        ...frameView(read),
        totals: countsView(read.totals.tally),
        series: read.series.map(({ at, tally }) => ({ at: iso(at), ...countsView(tally) })),
      }
    },
  )
  return api
}

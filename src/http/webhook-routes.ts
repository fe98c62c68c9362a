import { eventTypes } from '@imagehooks/receiver'
import { Hono } from 'hono'
import { z } from 'zod'
import type { Clock } from '../domain/clock.ts'
import { endpointLimits, type Endpoint } from '../domain/endpoint.ts'
import { AppError } from '../domain/errors.ts'
import { isPlainText } from '../domain/text.ts'
import { deliveryStates } from '../store/deliveries.ts'
import type { DeliveryFilter } from '../store/delivery-list.ts'
import { pageToken, readPageToken } from '../store/page-token.ts'
import type { Deliveries } from '../webhooks/deliveries.ts'
import { defaultOverlapSeconds, type Endpoints } from '../webhooks/endpoints.ts'
import { success } from './envelope.ts'
import { accountOf, type AppContext, type AppEnvironment, type Routes } from './environment.ts'
import { readJson, readQuery } from './input.ts'
import { changeView, deliveryDetailView, deliveryView, endpointView, testView } from './webhook-views.ts'
import { wholeNumber, wholeNumberText } from './whole-number.ts'

const endpointFields = {
  events: z.array(z.string()).max(100).optional(),
  secret: z.string().optional(),
  name: z.string().max(endpointLimits.nameCharacters).optional(),
  headers: z.record(z.string(), z.string()).optional(),
  max_concurrency: wholeNumber(1, endpointLimits.maxConcurrency).nullable().optional(),
  rate_limit: wholeNumber(1, endpointLimits.rateLimitPerSecond).nullable().optional(),
}

/** What makes an endpoint. */
const newEndpoint = z.strictObject({ url: z.string(), ...endpointFields })

/** What changes an endpoint: any field, and whether it is sent to. */
const endpointPatch = z.strictObject({ url: z.string().optional(), active: z.boolean().optional(), ...endpointFields })

const testRequest = z.strictObject({ event: z.enum(eventTypes).default('image.uploaded') })

const rotation = z.strictObject({
  secret: z.string().optional(),
  overlap_seconds: wholeNumber(0, 604_800).default(defaultOverlapSeconds),
})

const instant = z.iso
  .datetime({ offset: true, error: 'must be an instant in ISO 8601 with a zone, such as 2026-01-31T08:00:00Z' })
  .transform((text) => Date.parse(text))

const deliveryQuery = z.strictObject({
  state: z.enum(deliveryStates).optional(),
  event: z.enum(eventTypes).optional(),
  image_id: z.string().max(1024).refine(isPlainText, 'must be valid text without control characters').optional(),
  since: instant.optional(),
  until: instant.optional(),
  per_page: wholeNumberText(1, 1000).default(50),
  continuation_token: z.string().optional(),
})

/** Of every call that is no list of deliveries. */
const noQuery = z.strictObject({})

/** An endpoint in a path. */
const one = ':id{webhook_[0-9a-z]+}'

/** Cloudflare's spelling of an endpoint's fields, in ours. */
const toInput = ({ max_concurrency, rate_limit, ...fields }: z.infer<typeof endpointPatch>) => ({
  ...fields,
  maxConcurrency: max_concurrency,
  rateLimit: rate_limit,
})

const readDeliveryQuery = (context: AppContext) => {
  const query = readQuery(context, deliveryQuery, { once: true })
  const key = readPageToken(query.continuation_token, ['string', 'string'])
  const filter: DeliveryFilter = {
    state: query.state,
    type: query.event,
    imageId: query.image_id,
    since: query.since,
    until: query.until,
  }
  const after = key && { eventId: String(key[0]), endpointId: String(key[1]) }
  return { filter, page: { limit: query.per_page, after } }
}

export type WebhookRoutesParts = {
  readonly endpoints: Endpoints
  readonly deliveries: Deliveries
  readonly clock: Clock
  /** Takes leave for one Test: 0 = go on, else the milliseconds to wait. */
  readonly testPace: (endpoint: Endpoint) => number
}

/** The webhook calls, relative to `…/images/v1/webhooks`. */
export const webhookRoutes = ({ endpoints, deliveries, clock, testPace }: WebhookRoutesParts): Routes => {
  const routes = new Hono<AppEnvironment>()
  const id = (context: AppContext): string => context.req.param('id') ?? ''

  routes.use(async (context, next) => {
    if (!context.req.path.endsWith('/deliveries')) readQuery(context, noQuery, { once: true })
    await next()
  })

  routes.get('/', async (context) => {
    const listed = await endpoints.list(accountOf(context).id)
    return success(context, { webhooks: listed.map((endpoint) => endpointView(endpoint)) })
  })
  routes.put('/', async (context) => {
    const body = await readJson(context, newEndpoint, clock)
    return success(context, changeView(await endpoints.put(accountOf(context).id, { ...toInput(body), url: body.url })))
  })
  routes.post('/', async (context) => {
    const body = await readJson(context, newEndpoint, clock)
    return success(context, changeView(await endpoints.add(accountOf(context).id, { ...toInput(body), url: body.url })))
  })
  routes.delete('/', async (context) => {
    const { id: accountId } = accountOf(context)
    await endpoints.remove(accountId, (await endpoints.primary(accountId)).id)
    return success(context, {})
  })

  routes.get('/deliveries', async (context) => {
    const { filter, page } = readDeliveryQuery(context)
    return pageOf(context, await deliveries.listOfAccount(accountOf(context).id, filter, page))
  })
  routes.get('/deliveries/:id', async (context) =>
    success(context, deliveryDetailView(await deliveries.get(accountOf(context).id, id(context)))),
  )
  routes.post('/deliveries/:id/replay', async (context) =>
    success(context, deliveryDetailView(await deliveries.replay(accountOf(context).id, id(context)))),
  )

  routes.get(`/${one}`, async (context) =>
    success(context, endpointView(await endpoints.get(accountOf(context).id, id(context)))),
  )
  routes.patch(`/${one}`, async (context) => {
    const body = await readJson(context, endpointPatch, clock)
    return success(context, changeView(await endpoints.patch(accountOf(context).id, id(context), toInput(body))))
  })
  routes.delete(`/${one}`, async (context) => {
    await endpoints.remove(accountOf(context).id, id(context))
    return success(context, {})
  })
  routes.post(`/${one}/test`, async (context) => {
    const { event } = await readJson(context, testRequest, clock)
    const endpoint = await endpoints.get(accountOf(context).id, id(context))
    const waitMs = testPace(endpoint)
    if (waitMs > 0) throw new AppError('too_many_requests', `Tests come too fast; wait ${Math.ceil(waitMs / 1000)} s.`)
    const test = await deliveries.test(endpoint.accountId, endpoint.id, event)
    return success(context, testView(test.id, test.attempt))
  })
  routes.post(`/${one}/secret`, async (context) => {
    const body = await readJson(context, rotation, clock)
    return success(
      context,
      changeView(
        await endpoints.rotate(accountOf(context).id, id(context), {
          secret: body.secret,
          overlapSeconds: body.overlap_seconds,
        }),
      ),
    )
  })
  routes.get(`/${one}/deliveries`, async (context) => {
    const endpoint = await endpoints.get(accountOf(context).id, id(context))
    const { filter, page } = readDeliveryQuery(context)
    return pageOf(context, await deliveries.listOfEndpoint(endpoint.id, filter, page))
  })
  return routes
}

const pageOf = (context: AppContext, page: Awaited<ReturnType<Deliveries['listOfAccount']>>): Response =>
  success(context, {
    deliveries: page.deliveries.map(deliveryView),
    continuation_token: page.next ? pageToken([page.next.eventId, page.next.endpointId]) : null,
  })

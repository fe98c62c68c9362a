import { z } from 'zod'
import type { Clock } from '../domain/clock.ts'
import type { Endpoint } from '../domain/endpoint.ts'
import { AppError } from '../domain/errors.ts'
import type { DeliveryFilter } from '../store/delivery-list.ts'
import { pageToken, readPageToken } from '../store/page-token.ts'
import type { Deliveries } from '../webhooks/deliveries.ts'
import type { Explanations } from '../webhooks/explanations.ts'
import type { Endpoints } from '../webhooks/endpoints.ts'
import { createApi, type ApiRoutes } from './api-routes.ts'
import type { AppContext } from './environment.ts'
import { emptyResult } from './image-schemas.ts'
import {
  deliveriesResult,
  deliveryDetailResult,
  deliveryQuery,
  endpointPatch,
  endpointResult,
  explanationResult,
  newEndpoint,
  rotation,
  signedResult,
  testRequest,
  testResult,
  toEndpointInput,
} from './webhook-schemas.ts'
import { changeView, deliveryDetailView, deliveryView, endpointView, signedView, testView } from './webhook-views.ts'

/** An endpoint in a path. */
const one = ':id{webhook_[0-9a-z]+}'

const id = (context: AppContext): string => context.req.param('id') ?? ''

const toPage = (query: z.infer<typeof deliveryQuery>) => {
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

const pageView = (page: Awaited<ReturnType<Deliveries['listOfAccount']>>): z.infer<typeof deliveriesResult> => ({
  deliveries: page.deliveries.map(deliveryView),
  continuation_token: page.next ? pageToken([page.next.eventId, page.next.endpointId]) : null,
})

export type WebhookRoutesParts = {
  readonly endpoints: Endpoints
  readonly deliveries: Deliveries
  readonly explanations: Explanations
  readonly clock: Clock
  /** Takes leave for one Test: 0 = go on, else the milliseconds to wait. */
  readonly testPace: (endpoint: Endpoint) => number
}

/** The calls for endpoints and deliveries, relative to `…/images/v1/webhooks`. */
export const webhookRoutes = ({
  endpoints,
  deliveries,
  explanations,
  clock,
  testPace,
}: WebhookRoutesParts): ApiRoutes => {
  const api = createApi({ clock, strict: true })

  api.get(
    '/',
    { summary: 'List endpoints', result: z.object({ webhooks: z.array(endpointResult) }) },
    async ({ account }) => ({
      webhooks: (await endpoints.list(account.id)).map((endpoint) => endpointView(endpoint)),
    }),
  )
  api.put(
    '/',
    { summary: 'Create or replace the primary endpoint', body: newEndpoint, result: endpointResult },
    async ({ account, body }) =>
      changeView(await endpoints.put(account.id, { ...toEndpointInput(body), url: body.url })),
  )
  api.post(
    '/',
    { summary: 'Add an endpoint', body: newEndpoint, result: endpointResult, errors: ['endpoint_limit'] },
    async ({ account, body }) =>
      changeView(await endpoints.add(account.id, { ...toEndpointInput(body), url: body.url })),
  )
  api.post(
    '/check',
    {
      summary: 'Check the fields of an endpoint without storing them',
      description: 'Refuses what adding or changing an endpoint would refuse, in the same words: for forms.',
      body: endpointPatch,
      result: emptyResult,
    },
    async ({ body }) => {
      await endpoints.check(toEndpointInput(body))
      return {}
    },
  )
  api.delete(
    '/',
    { summary: 'Remove the primary endpoint', result: emptyResult, errors: ['endpoint_not_found'] },
    async ({ account }) => {
      await endpoints.remove(account.id, (await endpoints.primary(account.id)).id)
      return {}
    },
  )

  api.get(
    '/deliveries',
    { summary: "List the account's deliveries, newest first", query: deliveryQuery, result: deliveriesResult },
    async ({ account, query }) => {
      const { filter, page } = toPage(query)
      return pageView(await deliveries.listOfAccount(account.id, filter, page))
    },
  )
  api.get(
    '/deliveries/:id',
    { summary: 'Get a delivery with its attempts', result: deliveryDetailResult, errors: ['delivery_not_found'] },
    async ({ account, context }) => deliveryDetailView(await deliveries.get(account.id, id(context)), clock.now()),
  )
  api.post(
    '/deliveries/:id/sign',
    {
      summary: 'Sign a delivery anew, to try a receiver by hand',
      description:
        'Answers the request that an attempt would make now. Headers that the endpoint adds are left out: they may hold credentials.',
      result: signedResult,
      errors: ['delivery_not_found', 'endpoint_not_found'],
    },
    async ({ account, context }) => signedView(await deliveries.sign(account.id, id(context))),
  )
  api.post(
    '/deliveries/:id/replay',
    {
      summary: 'Replay a delivery',
      result: deliveryDetailResult,
      errors: ['delivery_not_found', 'delivery_in_flight'],
    },
    async ({ account, context }) => deliveryDetailView(await deliveries.replay(account.id, id(context)), clock.now()),
  )

  api.get(
    '/deliveries/:id/explain',
    { summary: 'Explain a delivery', result: explanationResult, errors: ['delivery_not_found'] },
    async ({ account, context }) => ({
      id: id(context),
      explanation: await explanations.delivery(account.id, id(context)),
    }),
  )
  api.get(
    `/${one}/explain`,
    { summary: 'Explain how an endpoint fares', result: explanationResult, errors: ['endpoint_not_found'] },
    async ({ account, context }) => ({
      id: id(context),
      explanation: await explanations.endpoint(account.id, id(context)),
    }),
  )

  api.get(
    `/${one}`,
    { summary: 'Get an endpoint', result: endpointResult, errors: ['endpoint_not_found'] },
    async ({ account, context }) => endpointView(await endpoints.get(account.id, id(context))),
  )
  api.patch(
    `/${one}`,
    { summary: 'Change an endpoint', body: endpointPatch, result: endpointResult, errors: ['endpoint_not_found'] },
    async ({ account, context, body }) =>
      changeView(await endpoints.patch(account.id, id(context), toEndpointInput(body))),
  )
  api.delete(
    `/${one}`,
    { summary: 'Remove an endpoint', result: emptyResult, errors: ['endpoint_not_found'] },
    async ({ account, context }) => {
      await endpoints.remove(account.id, id(context))
      return {}
    },
  )
  api.post(
    `/${one}/test`,
    {
      summary: 'Send a Test and wait for what comes of it',
      body: testRequest,
      result: testResult,
      errors: ['endpoint_not_found', 'too_many_requests'],
    },
    async ({ account, context, body }) => {
      const endpoint = await endpoints.get(account.id, id(context))
      const waitMs = testPace(endpoint)
      if (waitMs > 0)
        throw new AppError('too_many_requests', `Tests come too fast; wait ${Math.ceil(waitMs / 1000)} s.`)
      const test = await deliveries.test(endpoint.accountId, endpoint.id, body.event)
      return testView(test.id, test.attempt)
    },
  )
  api.post(
    `/${one}/secret`,
    {
      summary: 'Rotate the secret',
      description: 'The old secret keeps signing beside the new one for the overlap.',
      body: rotation,
      result: endpointResult,
      errors: ['endpoint_not_found'],
    },
    async ({ account, context, body }) =>
      changeView(
        await endpoints.rotate(account.id, id(context), { secret: body.secret, overlapSeconds: body.overlap_seconds }),
      ),
  )
  api.get(
    `/${one}/deliveries`,
    {
      summary: 'List the deliveries of an endpoint, newest first',
      query: deliveryQuery,
      result: deliveriesResult,
      errors: ['endpoint_not_found'],
    },
    async ({ account, context, query }) => {
      const endpoint = await endpoints.get(account.id, id(context))
      const { filter, page } = toPage(query)
      return pageView(await deliveries.listOfEndpoint(endpoint.id, filter, page))
    },
  )
  return api
}

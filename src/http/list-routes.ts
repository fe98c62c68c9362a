import { z } from 'zod'
import { isPlainText } from '../domain/text.ts'
import type { Clock } from '../domain/clock.ts'
import type { Images } from '../images/images.ts'
import { createApi, type ApiRoutes } from './api-routes.ts'
import { success } from './envelope.ts'
import { imageResult } from './image-schemas.ts'
import { imageOnWire } from './image-wire.ts'
import { readMetaFilters } from './meta-filters.ts'
import { wholeNumberText } from './whole-number.ts'

/** Cloudflare documents 10 to 10,000 a page; fewer are answered too. */
const perPage = wholeNumberText(1, 10_000).default(1000).describe('Images on a page: 1 to 10000; default 1000.')
const creator = z
  .string()
  .refine(isPlainText, 'must be valid text without control characters')
  .optional()
  .describe("That creator's images only; empty: those without one.")

const numberedQuery = z.object({
  page: wholeNumberText(1, 1_000_000).default(1).describe('Its number: 1 to 1000000; default 1.'),
  per_page: perPage,
  creator,
})

const tokenQuery = z.object({
  continuation_token: z.string().optional().describe('From the page before.'),
  per_page: perPage,
  sort_order: z
    .enum(['asc', 'desc'], 'must be asc or desc')
    .optional()
    .describe('By upload time; default `desc`, or as the token has it.'),
  creator,
})

const images = z.array(imageResult)

const filterHelp = `Filters on metadata: \`meta.<field>[<operator>]=<value>\`, the field's levels joined by dots, at most five of them
(names of letters, digits and underscores, up to 100 characters). All filters have to hold; at most five in one request.

| operator | value |
|---|---|
| \`eq\`, \`eq:string\`, \`eq:number\`, \`eq:boolean\` | the same; without a type a text, a number and a boolean that are written so all count |
| \`gt\`, \`gte\`, \`lt\`, \`lte\` (or with \`:number\`) | a number; only numbers match |
| \`in\`, \`in:string\`, \`in:number\` | up to ten values, separated by \`|\` |

A page of a filtered list may be short, or empty, while there is more: what counts is the token. Walking by token shows
every image once that is there all the while, whatever comes and goes.`

/** The lists of an account's images, relative to `…/images`. */
export const listRoutes = ({
  images: source,
  clock,
}: {
  readonly images: Images
  readonly clock: Clock
}): ApiRoutes => {
  const api = createApi({ clock })

  api.get(
    '/v1',
    {
      summary: 'List images by pages',
      description:
        'Newest first. `items` holds the page once more, since the official client iterates over it: one entry with the images of the page, none behind the last page.',
      query: numberedQuery,
      keepEmpty: ['creator'],
      result: z.object({ images, items: z.array(z.object({ images })) }),
    },
    async ({ context, account, query }) => {
      const { page, per_page } = query
      const found = await source.listByNumber(account, { page, perPage: per_page, creator: query.creator })
      const shown = found.map(imageOnWire)
      const items = shown.length > 0 ? [{ images: shown }] : []
      return success(context, { images: shown, items }, { page, per_page, count: found.length })
    },
  )

  api.get(
    '/v2',
    {
      summary: 'List images by token, filtered by metadata',
      description: filterHelp,
      query: tokenQuery,
      keepEmpty: ['creator'],
      result: z.object({
        images,
        continuation_token: z.string().nullable().describe('For the next page; null at the end.'),
      }),
    },
    async ({ context, account, query }) => {
      const found = await source.listByToken(account, {
        perPage: query.per_page,
        creator: query.creator,
        filters: readMetaFilters(context.req.queries()),
        order: query.sort_order,
        token: query.continuation_token,
      })
      return { images: found.images.map(imageOnWire), continuation_token: found.token }
    },
  )

  return api
}

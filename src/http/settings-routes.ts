import { z } from 'zod'
import type { BatchTokens } from '../accounts/batch-tokens.ts'
import type { Settings } from '../accounts/settings.ts'
import { type AccountSettings, browserTtl } from '../domain/account.ts'
import type { Clock } from '../domain/clock.ts'
import type { Images } from '../images/images.ts'
import { createApi, type ApiRoutes } from './api-routes.ts'
import { batchPath } from './batch-routes.ts'
import { mayBeMissing } from './may-be-missing.ts'
import { wholeNumber } from './whole-number.ts'

/** No limit is enforced; the wire wants a number, and this one fits every client. */
const allowedImages = 2_147_483_647

const ttl = wholeNumber(browserTtl.leastSeconds, browserTtl.mostSeconds)

const changeBody = z.strictObject({
  flexible_variants: mayBeMissing(z.boolean()).describe('Whether a variant URL may hold options, such as `w=400`.'),
  browser_ttl: mayBeMissing(ttl).describe('How long browsers keep an image, in seconds.'),
  preserve_content_credentials: mayBeMissing(
    z.literal(false, 'must be false: content credentials are not kept'),
  ).describe('Only `false` is offered.'),
})

const settingsResult = z.object({
  flexible_variants: z.boolean().describe('Whether a variant URL may hold options, such as `w=400`.'),
  browser_ttl: ttl.describe('How long browsers keep an image, in seconds.'),
  preserve_content_credentials: z.literal(false),
})

const view = ({ flexibleVariants, browserTtlSeconds }: AccountSettings): z.infer<typeof settingsResult> => ({
  flexible_variants: flexibleVariants,
  browser_ttl: browserTtlSeconds ?? browserTtl.defaultSeconds,
  preserve_content_credentials: false,
})

export type SettingsRoutesParts = {
  readonly settings: Settings
  readonly batchTokens: BatchTokens
  readonly images: Images
  readonly clock: Clock
}

/** What holds for all images of an account, relative to `…/images/v1`. */
export const settingsRoutes = ({ settings, batchTokens, images, clock }: SettingsRoutesParts): ApiRoutes => {
  const api = createApi({ clock })

  api.get(
    '/stats',
    {
      summary: 'Count the images',
      description: 'Drafts do not count. Nothing is refused at `allowed`.',
      result: z.object({
        count: z.object({
          current: z.number().describe('Stored images.'),
          allowed: z.number().describe('A number that clients expect; nothing is refused for it.'),
        }),
      }),
    },
    async ({ account }) => ({ count: { current: await images.count(account), allowed: allowedImages } }),
  )

  api.get('/config', { summary: 'Get the settings of serving', result: settingsResult }, async ({ account }) =>
    view(await settings.find(account.id)),
  )

  api.patch(
    '/config',
    {
      summary: 'Change the settings of serving',
      description: 'What is missing, or null, stays as it was.',
      body: changeBody,
      result: settingsResult,
    },
    async ({ account, body: { flexible_variants, browser_ttl } }) =>
      view(
        await settings.edit(account.id, {
          ...(flexible_variants !== undefined && { flexibleVariants: flexible_variants }),
          ...(browser_ttl !== undefined && { browserTtlSeconds: browser_ttl }),
        }),
      ),
  )

  api.get(
    '/batch_token',
    {
      summary: 'Get a batch token',
      description: `For many calls in a short time: the calls of images and lists stand under \`${batchPath}\` too, without the account, for whoever brings
this token. Each token may send 200 requests a second, beside the limit of API tokens. It lives an hour and ends with the API
token that asked for it, whose permission it has.`,
      result: z.object({
        token: z.string().describe('Opens the batch paths, and nothing else.'),
        expiresAt: z.iso.datetime(),
      }),
    },
    async ({ account, context }) => {
      const { value, expiresAt } = batchTokens.create(account.id, context.get('tokenId') ?? '')
      return { token: value, expiresAt: new Date(expiresAt).toISOString() }
    },
  )

  return api
}

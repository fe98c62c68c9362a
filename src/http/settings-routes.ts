import { z } from 'zod'
import type { Settings } from '../accounts/settings.ts'
import { type AccountSettings, browserTtl } from '../domain/account.ts'
import type { Clock } from '../domain/clock.ts'
import type { Images } from '../images/images.ts'
import { createApi, type ApiRoutes } from './api-routes.ts'
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
  flexible_variants: z.boolean(),
  browser_ttl: ttl,
  preserve_content_credentials: z.literal(false),
})

const view = ({ flexibleVariants, browserTtlSeconds }: AccountSettings): z.infer<typeof settingsResult> => ({
  flexible_variants: flexibleVariants,
  browser_ttl: browserTtlSeconds ?? browserTtl.defaultSeconds,
  preserve_content_credentials: false,
})

export type SettingsRoutesParts = { readonly settings: Settings; readonly images: Images; readonly clock: Clock }

/** What holds for all images of an account, relative to `…/images/v1`. */
export const settingsRoutes = ({ settings, images, clock }: SettingsRoutesParts): ApiRoutes => {
  const api = createApi({ clock })

  api.get(
    '/stats',
    {
      summary: 'Count the images',
      description: 'Drafts do not count. Nothing is refused at `allowed`.',
      result: z.object({ count: z.object({ current: z.number(), allowed: z.number() }) }),
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

  return api
}

import { z } from 'zod'
import type { Variants } from '../accounts/variants.ts'
import { browserTtl } from '../domain/account.ts'
import type { Clock } from '../domain/clock.ts'
import { variantFits } from '../domain/transform.ts'
import { type Variant, variantLimits, type VariantOptions } from '../domain/variant.ts'
import { createApi, type ApiRoutes } from './api-routes.ts'
import type { AppContext } from './environment.ts'
import { emptyResult } from './image-schemas.ts'
import { mayBeMissing } from './may-be-missing.ts'
import { wholeNumber } from './whole-number.ts'

/** Far more than any image has; larger wishes are mistakes. */
const longestSide = 100_000

const side = mayBeMissing(wholeNumber(1, longestSide))

/** Cloudflare's schema asks for all but the last, its own examples for fewer; what is missing has a default. */
const optionsBody = z.strictObject({
  fit: z.enum(variantFits).default('scale-down').describe('How the image is brought into the box of width and height.'),
  metadata: z.enum(['keep', 'copyright', 'none']).default('none').describe('Which embedded data survives.'),
  width: side.describe('Pixels; without it the height decides.'),
  height: side.describe('Pixels; without it the width decides.'),
  browser_ttl: mayBeMissing(wholeNumber(browserTtl.leastSeconds, browserTtl.mostSeconds)).describe(
    "How long browsers keep an image, in seconds; without it the account's setting counts.",
  ),
})

const newVariant = z.object({
  id: z.string().describe(`The name, up to ${variantLimits.idCharacters} characters without / and =.`),
  options: optionsBody,
  neverRequireSignedURLs: mayBeMissing(z.boolean()).describe('Serves private images too, without a signature.'),
})

const changedVariant = z.object({
  options: optionsBody.describe('All of them: what is missing has its default.'),
  neverRequireSignedURLs: mayBeMissing(z.boolean()).describe('Missing: as it was.'),
})

const variantResult = z.object({
  id: z.string(),
  options: z.object({
    fit: z.string(),
    metadata: z.string(),
    width: z.number().optional(),
    height: z.number().optional(),
    browser_ttl: z.number().optional(),
  }),
  neverRequireSignedURLs: z.boolean(),
})
const oneVariant = z.object({ variant: variantResult })

const view = ({ id, options, neverRequireSignedURLs }: Variant): z.infer<typeof variantResult> => {
  const { fit, exifPolicy, width, height, browserTtlSeconds } = options
  return {
    id,
    options: {
      fit,
      metadata: exifPolicy,
      ...(width !== undefined && { width }),
      ...(height !== undefined && { height }),
      ...(browserTtlSeconds !== undefined && { browser_ttl: browserTtlSeconds }),
    },
    neverRequireSignedURLs,
  }
}

const optionsOf = ({ fit, metadata, width, height, browser_ttl }: z.infer<typeof optionsBody>): VariantOptions => ({
  fit,
  exifPolicy: metadata,
  ...(width !== undefined && { width }),
  ...(height !== undefined && { height }),
  ...(browser_ttl !== undefined && { browserTtlSeconds: browser_ttl }),
})

const nameIn = (context: AppContext): string => context.req.param('variantId') ?? ''

/** The variants of an account, relative to `…/images/v1/variants`. */
export const variantRoutes = ({
  variants,
  clock,
}: {
  readonly variants: Variants
  readonly clock: Clock
}): ApiRoutes => {
  const api = createApi({ clock })

  api.get(
    '/',
    { summary: 'List variants', result: z.object({ variants: z.record(z.string(), variantResult) }) },
    async ({ account }) => ({
      variants: Object.fromEntries((await variants.list(account.id)).map((variant) => [variant.id, view(variant)])),
    }),
  )

  api.post(
    '/',
    {
      summary: 'Create a variant',
      body: newVariant,
      result: oneVariant,
      errors: ['variant_exists', 'variant_limit'],
    },
    async ({ account, body: { id, options, neverRequireSignedURLs } }) => {
      const wish = { id, options: optionsOf(options), neverRequireSignedURLs: neverRequireSignedURLs ?? false }
      return { variant: view(await variants.create(account.id, wish)) }
    },
  )

  api.get(
    '/:variantId',
    { summary: 'Get a variant', result: oneVariant, errors: ['variant_not_found'] },
    async ({ account, context }) => ({ variant: view(await variants.find(account.id, nameIn(context))) }),
  )

  api.get(
    '/:variantId/flat',
    { summary: 'Get a variant without the frame around it', result: variantResult, errors: ['variant_not_found'] },
    async ({ account, context }) => view(await variants.find(account.id, nameIn(context))),
  )

  api.patch(
    '/:variantId',
    {
      summary: 'Change a variant',
      description: 'Every image is rendered anew through it.',
      body: changedVariant,
      result: oneVariant,
      errors: ['variant_not_found'],
    },
    async ({ account, context, body: { options, neverRequireSignedURLs } }) => {
      const change = { options: optionsOf(options), neverRequireSignedURLs }
      return { variant: view(await variants.edit(account.id, nameIn(context), change)) }
    },
  )

  api.delete(
    '/:variantId',
    {
      summary: 'Remove a variant',
      description: '`public` stays.',
      result: emptyResult,
      errors: ['variant_not_found'],
    },
    async ({ account, context }) => {
      await variants.remove(account.id, nameIn(context))
      return {}
    },
  )

  return api
}

import { z } from 'zod'
import { signingKeyLimits, type SigningKeys } from '../accounts/signing-keys.ts'
import type { Clock } from '../domain/clock.ts'
import { createApi, type ApiRoutes } from './api-routes.ts'
import type { AppContext } from './environment.ts'

const keysResult = z.object({
  keys: z.array(
    z.object({
      name: z.string().describe('Not part of a signed URL: every key of the account is tried.'),
      value: z.string().describe('Its text, as UTF-8, is the key of the HMAC.'),
    }),
  ),
})

const nameIn = (context: AppContext): string => context.req.param('keyName') ?? ''

/** The signing keys of an account, relative to `…/images/v1/keys`. Every call answers all keys, as Cloudflare's do. */
export const signingKeyRoutes = ({
  signingKeys,
  clock,
}: {
  readonly signingKeys: SigningKeys
  readonly clock: Clock
}): ApiRoutes => {
  const api = createApi({ clock })

  api.get(
    '/',
    { summary: 'List signing keys', description: 'With their values. There always is one.', result: keysResult },
    async ({ account }) => ({ keys: [...(await signingKeys.list(account.id))] }),
  )

  api.put(
    '/:keyName',
    {
      summary: 'Create a signing key',
      description: `Up to ${signingKeyLimits.perAccount} keys; names of up to ${signingKeyLimits.nameCharacters} characters. A key that is there stays as it is: delete it first to have a new value.`,
      result: keysResult,
      errors: ['signing_key_limit'],
    },
    async ({ account, context }) => ({ keys: [...(await signingKeys.put(account.id, nameIn(context)))] }),
  )

  api.delete(
    '/:keyName',
    {
      summary: 'Remove a signing key',
      description:
        'URLs that it signed are refused from now on. The last key is followed by a new one named `default`.',
      result: keysResult,
      errors: ['signing_key_not_found'],
    },
    async ({ account, context }) => ({ keys: [...(await signingKeys.remove(account.id, nameIn(context)))] }),
  )

  return api
}

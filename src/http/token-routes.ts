import { z } from 'zod'
import { tokenLimits, type Tokens } from '../accounts/tokens.ts'
import type { ApiToken } from '../domain/account.ts'
import type { Clock } from '../domain/clock.ts'
import { createApi, type ApiRoutes } from './api-routes.ts'

/** Cloudflare's names of its permission groups for Images. */
const permissionGroups = { read: 'Images Read', write: 'Images Write' } as const

const newToken = z.strictObject({
  name: z.string().describe(`What the token is for, up to ${tokenLimits.nameCharacters} characters.`),
  permission: z
    .enum(['Images Read', 'Images Write'])
    .default('Images Write')
    .describe("Cloudflare's permission groups: `Images Read` opens every GET, `Images Write` everything."),
})

const time = z.iso.datetime()

const tokenResult = z.object({
  id: z.string().describe('For revoking it; no secret.'),
  name: z.string(),
  permission: z.enum(['Images Read', 'Images Write']),
  status: z.enum(['active', 'revoked']).describe('A revoked one stays in the list and opens nothing.'),
  issued_on: time,
  last_used_on: time.nullable().describe('To the minute; null: never.'),
  revoked_on: time.nullable(),
  value: z.string().optional().describe('The token itself; only in the answer that made it.'),
})

const iso = (instantMs: number | null): string | null => (instantMs === null ? null : new Date(instantMs).toISOString())

const view = (token: ApiToken): z.infer<typeof tokenResult> => ({
  id: token.id,
  name: token.name,
  permission: permissionGroups[token.permission],
  status: token.revokedAt === null ? 'active' : 'revoked',
  issued_on: new Date(token.createdAt).toISOString(),
  last_used_on: iso(token.lastUsedAt),
  revoked_on: iso(token.revokedAt),
})

/** The API tokens of an account, relative to `/client/v4/accounts/{account_id}/tokens`. Ours: Cloudflare's are made of policies. */
export const tokenRoutes = ({ tokens, clock }: { readonly tokens: Tokens; readonly clock: Clock }): ApiRoutes => {
  const api = createApi({ clock, strict: true })
  api.get(
    '/',
    { summary: 'List API tokens', result: z.object({ tokens: z.array(tokenResult) }) },
    async ({ account }) => ({ tokens: (await tokens.list(account.id)).map(view) }),
  )
  api.post(
    '/',
    { summary: 'Create an API token', body: newToken, result: tokenResult, errors: ['token_limit'] },
    async ({ account, body }) => {
      const permission = body.permission === 'Images Read' ? 'read' : 'write'
      const { token, value } = await tokens.create(account.id, { name: body.name, permission })
      return { ...view(token), value }
    },
  )
  api.delete(
    '/:tokenId',
    { summary: 'Revoke an API token', result: tokenResult, errors: ['token_not_found'] },
    async ({ account, context }) => view(await tokens.revoke(account.id, context.req.param('tokenId') ?? '')),
  )
  return api
}

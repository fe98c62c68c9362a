import { z } from 'zod'
import type { Clock } from '../domain/clock.ts'
import type { SecretFacts } from '../webhooks/secret-facts.ts'
import { createApi, type ApiRoutes } from './api-routes.ts'

const time = z.iso.datetime()

const secretsResult = z.object({
  secrets: z.array(
    z.object({
      webhook_id: z.string(),
      created: time,
      expires: time.nullable().describe('From then on it no longer signs; null: it stays.'),
      readable: z.boolean().describe('false: the master key that sealed it is missing, so it signs nothing.'),
      shared_with: z.array(z.string()).readonly().describe('Other endpoints of the account with the same secret.'),
    }),
  ),
})

const senderResult = z.object({
  now: time.describe('By the clock of this server.'),
  sends: z.boolean().describe('Whether this process sends; false: others do, whose addresses it does not know.'),
  proxied: z.boolean().describe('Whether all that is sent leaves through a forward proxy, whose address then counts.'),
  addresses: z
    .array(z.string())
    .readonly()
    .describe('Addresses of its machine that an endpoint may see; none: they are translated on the way.'),
})

/** From where this server sends. */
export type Sender = Omit<z.infer<typeof senderResult>, 'now'>

export type CheckupRoutesParts = {
  readonly secretFacts: (accountId: string) => Promise<readonly SecretFacts[]>
  readonly sender: () => Sender
  readonly clock: Clock
}

const iso = (instantMs: number): string => new Date(instantMs).toISOString()

/** The calls for `imagehooks doctor server`, relative to `…/images/v1/webhooks`. */
export const checkupRoutes = ({ secretFacts, sender, clock }: CheckupRoutesParts): ApiRoutes => {
  const api = createApi({ clock, strict: true })
  api.get(
    '/secrets',
    {
      summary: 'How old secrets are, and which are shared',
      description: 'Of each secret that signs, newest first for each endpoint; never the secret itself.',
      result: secretsResult,
    },
    async ({ account }) => ({
      secrets: (await secretFacts(account.id)).map(({ endpointId, createdAt, expiresAt, readable, sharedWith }) => ({
        webhook_id: endpointId,
        created: iso(createdAt),
        expires: expiresAt === null ? null : iso(expiresAt),
        readable,
        shared_with: sharedWith,
      })),
    }),
  )
  api.get(
    '/sender',
    {
      summary: 'From where webhooks are sent',
      description:
        'For firewalls, as far as the server can know: the addresses of its machine that are public, or lie in a range that endpoints may be in. Which address a translation (NAT) gives them, only the network knows.',
      result: senderResult,
    },
    async () => ({ now: iso(clock.now()), ...sender() }),
  )
  return api
}

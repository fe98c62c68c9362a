import { createSigningSecret, signStandard } from '@imagehooks/receiver/sign'
import type { Clock } from '../domain/clock.ts'
import type { GuardedClient } from '../net/guarded-client.ts'
import type { Channel } from './channel.ts'

export type UrlChannelParts = {
  /** Judges addresses as for endpoints. */
  readonly client: GuardedClient
  readonly clock: Clock
  readonly userAgent: string
  /** May hold a credential: never told. */
  readonly url: URL
  /** Signs as an endpoint's secret does. */
  readonly secret: string
}

const timeoutMs = 30_000
/** Of an answer only its status counts. */
const maxResponseBytes = 1024

/** Tells a URL of the operator's, signed as Standard Webhooks are; any 2xx says that it arrived. */
export const createUrlChannel = ({ client, clock, userAgent, url, secret }: UrlChannelParts): Channel => {
  const signingSecret = createSigningSecret(secret)
  return {
    name: 'url',
    async send({ id, body }, signal) {
      const seconds = Math.floor(clock.now() / 1000)
      const { status, error } = await client.send({
        url,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': userAgent,
          'webhook-id': id,
          'webhook-timestamp': String(seconds),
          'webhook-signature': signStandard(signingSecret, id, seconds, body),
        },
        body,
        timeoutMs,
        maxResponseBytes,
        signal,
      })
      if (status === undefined) return error?.message ?? 'No answer came.'
      return status >= 200 && status <= 299 ? undefined : `It answered ${status}.`
    },
  }
}

import { createSigningSecret } from '@imagehooks/receiver/sign'
import { userAgent } from '../../compose/version.ts'
import { requestHeaders } from '../../webhooks/request-headers.ts'
import type { MadeEvent } from './make-event.ts'

/** Ways to forge a delivery, each of which a receiver must refuse. */
export const tamperings = ['body', 'signature', 'time', 'secret'] as const

export type Tampering = (typeof tamperings)[number]

/** How long before now a delivery that is sent again by a stranger was recorded: beyond every tolerance. */
export const recordedAgoMs = 3 * 86_400_000

export type SignedEvent = { readonly headers: Readonly<Record<string, string>>; readonly body: Uint8Array }

/** Of another account, or, where the sample was changed so that it names none, with a space: not what was signed. */
const forgedBody = (body: Uint8Array): Uint8Array => {
  const text = Buffer.from(body).toString('utf8')
  const forged = text.replace('"accountId":"', '"accountId":"x')
  return Buffer.from(forged === text ? `${text} ` : forged)
}

/** Another digit at the end of the guide's signature, and another at the start of each standard one. */
const forgedSignatures = (headers: Readonly<Record<string, string>>): Record<string, string> => ({
  ...headers,
  'x-cloudflare-signature': (headers['x-cloudflare-signature'] ?? '').replace(/.$/, (digit) =>
    digit === '0' ? '1' : '0',
  ),
  'webhook-signature': (headers['webhook-signature'] ?? '').replaceAll(
    /v1,(.)/g,
    (_, digit) => `v1,${digit === 'A' ? 'B' : 'A'}`,
  ),
})

/** The request of an event as the server makes it, or one that was forged; with the guide's header alone where wished. */
export const signEvent = (
  { id, body }: MadeEvent,
  wish: {
    readonly secret: string
    readonly sentAt: number
    readonly attempt: number
    readonly tampering?: Tampering | undefined
    readonly guideOnly?: boolean | undefined
    readonly headers: Readonly<Record<string, string>>
  },
): SignedEvent => {
  const signing = createSigningSecret(wish.tampering === 'secret' ? `not ${wish.secret}`.slice(0, 200) : wish.secret)
  const made = requestHeaders({
    event: { id, body, test: false },
    attemptNumber: wish.attempt,
    sentAt: wish.tampering === 'time' ? wish.sentAt - recordedAgoMs : wish.sentAt,
    secrets: [signing],
    guideSecret: signing,
    userAgent,
    headers: wish.headers,
  })
  const headers = wish.tampering === 'signature' ? forgedSignatures(made) : made
  const sent = wish.guideOnly
    ? Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith('webhook-')))
    : headers
  return { headers: sent, body: wish.tampering === 'body' ? forgedBody(body) : body }
}

import {
  createVerifier,
  type Distrust,
  guideScheme,
  standardScheme,
  type Verification,
} from '@imagehooks/receiver/verify'

/** One way in which a webhook can prove itself, and how that went. */
export type SignatureCheck = {
  /** The header that carries the proof. */
  readonly header: string
  /** Null when the header is not there. */
  readonly passed: boolean | null
  /** One or two sentences for a person who writes a receiver. */
  readonly explanation: string
}

const schemes = { standard: standardScheme, guide: guideScheme } as const

type CheckedScheme = keyof typeof schemes

const proofs: Record<CheckedScheme, string> = {
  standard:
    'The base64 HMAC-SHA256 of webhook-id, webhook-timestamp and the body, with dots between, made with this endpoint’s secret. It proves the time, too',
  guide: 'The hex HMAC-SHA256 of the body, made with this endpoint’s secret. It proves what was sent, not when',
}

const doubts: Record<CheckedScheme, Record<Distrust, string>> = {
  standard: {
    missing: 'Not there.',
    malformed:
      'No signature of this form: it has to be v1, a comma and the base64 of 32 bytes, with a webhook-id and a webhook-timestamp in Unix seconds beside it.',
    mismatch: 'Not made with this endpoint’s secret for this webhook-id, this webhook-timestamp and these very bytes.',
    stale:
      'Rightly signed, but webhook-timestamp is more than five minutes from now: a replay, or a clock that is wrong.',
  },
  guide: {
    missing: 'Not there.',
    malformed: 'No signature of this form: it has to be exactly 64 hex digits.',
    mismatch:
      'Not made with this endpoint’s secret for these very bytes. A body that was parsed and written again has other bytes.',
    stale: 'Rightly signed, but too old.',
  },
}

const explain = (name: CheckedScheme, verification: Verification, now: number): string => {
  if (!verification.ok) return doubts[name][verification.reason]
  const { sentAt } = verification.proof
  if (sentAt === undefined) return `${proofs[name]}.`
  return `${proofs[name]}: sent ${Math.max(0, Math.round((now - sentAt) / 1000))} s ago, five minutes are allowed.`
}

/** Makes a function that looks at each signature of a webhook by itself, and says in words how the check went. */
export const createSignatureCheck = (
  secret: string,
  now: () => number,
): ((source: Headers, body: Uint8Array<ArrayBuffer>) => Promise<readonly SignatureCheck[]>) => {
  const checks = (['standard', 'guide'] as const).map((name) => {
    const scheme = schemes[name]
    const { header } = scheme
    const verify = createVerifier(secret, [scheme], { now })
    return async (source: Headers, body: Uint8Array<ArrayBuffer>): Promise<SignatureCheck> => {
      const verification = await verify(source, body)
      const passed = source.has(header) ? verification.ok : null
      return { header, passed, explanation: explain(name, verification, now()) }
    }
  })
  return (source, body) => Promise.all(checks.map((check) => check(source, body)))
}

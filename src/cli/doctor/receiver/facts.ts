import type { NetworkErrorKind } from '../../../net/network-error.ts'
import type { PeerCertificateResult } from '../../../net/peer-certificate.ts'

/** What is sent to a receiver, in this order. */
export const probeNames = [
  /** An event without a signature. */
  'unsigned',
  /** What is no JSON, without a signature. */
  'unparsed',
  /** An event, signed with a secret that nobody knows. */
  'forged',
  /** One whose signature is no signature at all. */
  'garbled',
  /** An event that was changed after it was signed. */
  'tampered',
  /** The same with the guide's header alone. */
  'tamperedGuide',
  /** An event, signed in both ways. */
  'genuine',
  /** One that is signed by the receiver's own clock. Only where `genuine` was refused and that clock is another. */
  'genuineItsClock',
  /** One with the guide's header alone. Only where `genuine` was refused. */
  'genuineGuide',
  /** One with the headers of Standard Webhooks alone. Only where `genuine` was refused. */
  'genuineStandard',
  /** The genuine event once more, as after an answer that was lost. */
  'repeat',
  /** A genuine event, signed with line breaks and spaces in its JSON. */
  'spaced',
  /** One that was given them after it was signed. */
  'respaced',
  /** Signed, and no JSON. */
  'malformed',
  /** Signed, and JSON without an image. */
  'incomplete',
  /** Signed three days ago, of an event of that time. */
  'old',
  /** A genuine event of 64 KiB. */
  'large',
  /** A GET. */
  'get',
  /** A genuine event of 1 MiB. */
  'oversize',
] as const

export type ProbeName = (typeof probeNames)[number]

/** What a receiver answered to one request; exactly one of `status` and `error` is set. */
export type Answer = {
  readonly status: number | undefined
  readonly error: NetworkErrorKind | undefined
  readonly address: string | undefined
  /** By our clock, milliseconds since 1970. */
  readonly sentAt: number
  readonly durationMs: number
  /** Where it sends the client. */
  readonly location: string | undefined
  /** By its clock, in whole seconds. */
  readonly date: number | undefined
}

/** In which form a signed event was taken. */
export type Taken = 'genuine' | 'genuineItsClock' | 'genuineGuide' | 'genuineStandard'

export type LookUp =
  | { readonly ok: true; readonly addresses: readonly string[] }
  | { readonly ok: false; readonly kind: 'dns_failed' | 'dns_timeout' }

/** All that is known of a receiver after it was examined. */
export type ReceiverFacts = {
  readonly url: URL
  /** What one answer may take. */
  readonly limitMs: number
  readonly now: number
  readonly hasSecret: boolean
  readonly lookUp: LookUp
  /** Undefined for plain http, and where there was no address. */
  readonly certificate: PeerCertificateResult | undefined
  /** Those that were asked for. */
  readonly answers: Readonly<Partial<Record<ProbeName, Answer>>>
  /** Undefined where no signed event was taken. */
  readonly taken: Taken | undefined
}

type Answered = Pick<Answer, 'status'> | undefined

const isFrom = (answer: Answered, hundred: number): boolean => Math.floor((answer?.status ?? 0) / 100) === hundred

export const isAccepted = (answer: Answered): boolean => isFrom(answer, 2)

export const isRedirect = (answer: Answered): boolean => isFrom(answer, 3)

/** Of the client, not of the server. */
export const isRefused = (answer: Answered): boolean => isFrom(answer, 4)

/** How far the clock of a receiver lies before ours, and how exactly that is known. */
export type Skew = { readonly ms: number; readonly withinMs: number }

/** Of the answer that came soonest: the longer one takes, the less its `date` says. */
export const skewOf = (answers: ReceiverFacts['answers']): Skew | undefined => {
  const skews = Object.values(answers).flatMap(({ date, sentAt, durationMs }): Skew[] =>
    // A `date` is cut to the second.
    date === undefined ? [] : [{ ms: date + 500 - (sentAt + durationMs / 2), withinMs: durationMs / 2 + 500 }],
  )
  return skews.toSorted((one, other) => one.withinMs - other.withinMs)[0]
}

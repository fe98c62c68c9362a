import type { Random } from '../../../domain/random.ts'
import { makeEvent, readChanges, type MadeEvent } from '../../trigger/make-event.ts'
import { recordedAgoMs, signEvent, type SignedEvent } from '../../trigger/sign-event.ts'
import type { ProbeName, Taken } from './facts.ts'

/** What requests are made of. */
export type ProbeParts = {
  /** Undefined where none was given: then only what needs none is asked for. */
  readonly secret: string | undefined
  readonly accountId: string
  readonly random: Random
  /** Milliseconds since 1970, by our clock. */
  readonly now: () => number
  /** Sent with every request. */
  readonly headers: Readonly<Record<string, string>>
}

/** How the receiver takes signed events, as far as that is known. */
export type Manner = {
  readonly taken: Taken | undefined
  /** Its clock before ours. */
  readonly skewMs: number
}

export type Probe = SignedEvent & { readonly method: 'POST' | 'GET' }

const largestBytes = 65_536
const oversizeBytes = 1_048_576

const bytesOf = (text: string): Uint8Array => Buffer.from(text)

/** Random, so that nobody can know it. */
const unknownSecret = (random: Random): string => Buffer.from(random.bytes(24)).toString('base64')

const padded = (event: MadeEvent, length: number): Uint8Array => {
  const value = JSON.parse(Buffer.from(event.body).toString('utf8'))
  const withPadding = (padding: string): Uint8Array =>
    bytesOf(JSON.stringify({ ...value, image: { ...value.image, metadata: { ...value.image.metadata, padding } } }))
  return withPadding('x'.repeat(length - withPadding('').length))
}

const spaced = ({ body }: MadeEvent): Uint8Array =>
  bytesOf(`${JSON.stringify(JSON.parse(Buffer.from(body).toString('utf8')), null, 2)}\n`)

/** Another event of the same length, as valid as the first. */
const changed = (body: Uint8Array): Uint8Array =>
  bytesOf(Buffer.from(body).toString('utf8').replace('"filename":"test.jpg"', '"filename":"evil.jpg"'))

const without = (headers: SignedEvent['headers'], isUnwanted: (name: string) => boolean): SignedEvent['headers'] =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !isUnwanted(name)))

const isSignature = (name: string): boolean => name === 'webhook-signature' || name === 'x-cloudflare-signature'

/** Makes the requests. The genuine event is one and the same for `genuine` and what repeats it. */
export const createProbes = ({ secret, accountId, random, now, headers }: ProbeParts) => {
  const fresh = (atMs: number): MadeEvent =>
    makeEvent('image.uploaded', readChanges([`accountId=${accountId}`]), { atMs, random })

  const sign = (event: MadeEvent, manner: Manner, wish: { by?: string; attempt?: number; sentAt?: number } = {}) => {
    const { taken, skewMs } = manner
    const signed = signEvent(event, {
      secret: wish.by ?? secret ?? unknownSecret(random),
      sentAt: wish.sentAt ?? now() + (taken === 'genuineItsClock' ? skewMs : 0),
      attempt: wish.attempt ?? 1,
      guideOnly: taken === 'genuineGuide',
      headers: { ...headers, 'webhook-test': 'true' },
    })
    return taken === 'genuineStandard'
      ? { ...signed, headers: without(signed.headers, (name) => name === 'x-cloudflare-signature') }
      : signed
  }

  const freshFor = (manner: Manner): MadeEvent =>
    fresh(now() + (manner.taken === 'genuineItsClock' ? manner.skewMs : 0))

  const withBody = (body: (event: MadeEvent) => Uint8Array, manner: Manner): SignedEvent => {
    const event = freshFor(manner)
    return sign({ ...event, body: body(event) }, manner)
  }

  const unsigned = (body: Uint8Array): SignedEvent => {
    const signed = sign({ ...fresh(now()), body }, { taken: undefined, skewMs: 0 })
    return { ...signed, headers: without(signed.headers, isSignature) }
  }

  let genuine: MadeEvent | undefined
  const makers: Readonly<Record<ProbeName, (manner: Manner) => SignedEvent>> = {
    unsigned: () => unsigned(fresh(now()).body),
    unparsed: () => unsigned(bytesOf('{"event":"image.uploaded","image":')),
    forged: (manner) => sign(fresh(now()), manner, { by: unknownSecret(random) }),
    garbled(manner) {
      const { headers: signed, body } = sign(fresh(now()), manner)
      const garbled = { 'x-cloudflare-signature': 'test_signature', 'webhook-signature': 'v1,test_signature' }
      return { headers: { ...signed, ...garbled }, body }
    },
    tampered(manner) {
      const signed = sign(fresh(now()), manner)
      return { ...signed, body: changed(signed.body) }
    },
    tamperedGuide(manner) {
      const signed = sign(fresh(now()), { ...manner, taken: 'genuineGuide' })
      return { ...signed, body: changed(signed.body) }
    },
    genuine: (manner) => sign((genuine = fresh(now())), manner),
    genuineItsClock: (manner) =>
      sign((genuine = fresh(now() + manner.skewMs)), { ...manner, taken: 'genuineItsClock' }),
    genuineGuide: (manner) => sign((genuine = fresh(now())), { ...manner, taken: 'genuineGuide' }),
    genuineStandard: (manner) => sign((genuine = fresh(now())), { ...manner, taken: 'genuineStandard' }),
    repeat: (manner) => sign(genuine ?? freshFor(manner), manner, { attempt: 2 }),
    spaced: (manner) => withBody(spaced, manner),
    respaced(manner) {
      const event = freshFor(manner)
      return { ...sign(event, manner), body: spaced(event) }
    },
    malformed: (manner) => withBody(() => bytesOf('{"event":"image.uploaded","image":'), manner),
    incomplete: (manner) => withBody(() => bytesOf('{"event":"image.uploaded"}'), manner),
    old: (manner) => sign(fresh(now() - recordedAgoMs), manner, { sentAt: now() - recordedAgoMs }),
    large: (manner) => withBody((event) => padded(event, largestBytes), manner),
    oversize: (manner) => withBody((event) => padded(event, oversizeBytes), manner),
    get: () => ({ headers, body: new Uint8Array() }),
  }

  return (name: ProbeName, manner: Manner): Probe => ({
    method: name === 'get' ? 'GET' : 'POST',
    ...makers[name](manner),
  })
}

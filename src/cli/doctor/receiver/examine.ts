import type { Clock } from '../../../domain/clock.ts'
import type { GuardedClient, SendResult } from '../../../net/guarded-client.ts'
import { literalAddress } from '../../../net/ip-address.ts'
import { readPeerCertificate, type PeerCertificateResult } from '../../../net/peer-certificate.ts'
import type { Outside } from '../../own-client.ts'
import {
  isAccepted,
  isRedirect,
  skewOf,
  type Answer,
  type LookUp,
  type ProbeName,
  type ReceiverFacts,
  type Taken,
} from './facts.ts'
import { createProbes, type ProbeParts } from './probes.ts'

export type ExamineParts = Pick<Outside, 'clock' | 'resolver' | 'tlsAuthorities'> &
  Omit<ProbeParts, 'now'> & {
    readonly client: Pick<GuardedClient, 'send'>
    /** What one answer may take, in milliseconds. */
    readonly limitMs: number
    /** Told before each request. */
    readonly tell: (name: ProbeName) => void
  }

const dnsTimeoutMs = 3000
const connectTimeoutMs = 5000
const mostAddresses = 4

/** Clocks this far apart may make an attempt look stale; whether they do is then asked. */
const skewThatTellsMs = 60_000

const lookUpIn = (url: URL, { resolver, clock }: Pick<ExamineParts, 'resolver' | 'clock'>): Promise<LookUp> => {
  const literal = literalAddress(url.hostname)
  if (literal !== undefined) return Promise.resolve({ ok: true, addresses: [literal] })
  return new Promise((resolve) => {
    const settle = (lookUp: LookUp): void => {
      cancelTimer()
      resolve(lookUp)
    }
    const cancelTimer = clock.after(dnsTimeoutMs, () => resolve({ ok: false, kind: 'dns_timeout' }))
    resolver(url.hostname).then(
      (found) =>
        settle(
          found.length === 0
            ? { ok: false, kind: 'dns_failed' }
            : { ok: true, addresses: [...new Set(found.map(({ address }) => address))] },
        ),
      () => settle({ ok: false, kind: 'dns_failed' }),
    )
  })
}

/** Of the first address that takes a connection. */
const certificateOf = async (
  url: URL,
  addresses: readonly string[],
  { clock, tlsAuthorities }: Pick<ExamineParts, 'clock' | 'tlsAuthorities'>,
): Promise<PeerCertificateResult> => {
  let result: PeerCertificateResult = { ok: false, kind: 'connect_failed' }
  for (const address of addresses.slice(0, mostAddresses)) {
    result = await readPeerCertificate({ url, address }, { clock, tlsAuthorities, timeoutMs: connectTimeoutMs })
    if (result.ok || !result.kind.startsWith('connect_')) break
  }
  return result
}

const headerOf = ({ responseHeaders }: SendResult, wanted: string): string | undefined =>
  responseHeaders.find(([name]) => name.toLowerCase() === wanted)?.[1]

const answerOf = (result: SendResult, sentAt: number, clock: Clock): Answer => {
  const date = Date.parse(headerOf(result, 'date') ?? '')
  return {
    status: result.status,
    error: result.error?.kind,
    address: result.address,
    sentAt,
    durationMs: result.timings.totalMs ?? clock.now() - sentAt,
    location: isRedirect(result) ? headerOf(result, 'location') : undefined,
    date: Number.isNaN(date) ? undefined : date,
  }
}

/**
 * Asks a receiver, one request after another, for all that its judge wants to know. What an answer makes pointless is not
 * asked: nothing more after a redirect or no answer, no forgeries where nothing is verified.
 */
export const examineReceiver = async (url: URL, parts: ExamineParts): Promise<ReceiverFacts> => {
  const { clock, client, limitMs, secret, tell } = parts
  const makeProbe = createProbes({ ...parts, now: clock.now })
  const answers: Partial<Record<ProbeName, Answer>> = {}
  let taken: Taken | undefined

  const ask = async (name: ProbeName): Promise<Answer> => {
    tell(name)
    const skewMs = skewOf(answers)?.ms ?? 0
    const sentAt = clock.now()
    const result = await client.send({ url, ...makeProbe(name, { taken, skewMs }), timeoutMs: limitMs })
    return (answers[name] = answerOf(result, sentAt, clock))
  }

  /** Sends a signed event, in other ways where the first is refused, until one is taken. */
  const askForTaken = async (): Promise<Taken | undefined> => {
    const first = await ask('genuine')
    if (isAccepted(first)) return 'genuine'
    const { status } = first
    if (status === undefined || status < 400 || status > 499 || status === 429) return undefined
    const skew = skewOf(answers)
    const others: readonly Taken[] = [
      ...(skew && Math.abs(skew.ms) - skew.withinMs > skewThatTellsMs ? (['genuineItsClock'] as const) : []),
      'genuineGuide',
      'genuineStandard',
    ]
    for (const name of others) if (isAccepted(await ask(name))) return name
    return undefined
  }

  const lookUp = await lookUpIn(url, parts)
  const certificate =
    lookUp.ok && url.protocol === 'https:' ? await certificateOf(url, lookUp.addresses, parts) : undefined
  const facts = (): ReceiverFacts => ({
    url,
    limitMs,
    now: clock.now(),
    hasSecret: secret !== undefined,
    lookUp,
    certificate,
    answers,
    taken,
  })
  if (!lookUp.ok || (certificate && (!certificate.ok || certificate.certificate.problem !== undefined))) return facts()

  const unsigned = await ask('unsigned')
  if (unsigned.status === undefined || isRedirect(unsigned)) return facts()
  if (!isAccepted(unsigned)) {
    await ask('unparsed')
    const forged = await ask('forged')
    await ask('garbled')
    if (secret !== undefined && !isAccepted(forged)) {
      await ask('tampered')
      await ask('tamperedGuide')
    }
  }
  if (secret !== undefined) {
    taken = await askForTaken()
    if (taken !== undefined) {
      await ask('repeat')
      await ask('spaced')
      if (answers.tampered && !isAccepted(answers.tampered)) await ask('respaced')
      await ask('malformed')
      await ask('incomplete')
      if (!isAccepted(unsigned) && !isAccepted(answers.forged)) await ask('old')
      await ask('large')
    }
  }
  if (answers.genuine?.error !== 'timeout') await ask('get')
  // The last, since a receiver that refuses it may close the connection behind its answer.
  if (taken !== undefined) await ask('oversize')
  return facts()
}

import type { Distrust, Scheme, Verification, Verifier } from '@imagehooks/receiver/verify'
import { createVerifier, guideScheme, standardScheme, tokenScheme } from '@imagehooks/receiver/verify'
import { spanWords } from '../../webhooks/time-words.ts'
import type { NamedSecret } from '../secret-sources.ts'
import { bodyForms } from './body-forms.ts'
import type { Cause, Form } from './cause.ts'
import type { Diagnosis, SchemeOutcome, Webhook } from './diagnosis.ts'
import { likelyCauses } from './evidence.ts'
import { notesOf } from './notes.ts'
import { isUsable, secretForms, type SecretUse } from './secret-forms.ts'
import { signatureForms, type SignatureReading } from './signature-forms.ts'

type Bytes = Uint8Array<ArrayBuffer>

/** In the order in which receivers ask for them. */
const schemes: readonly Scheme[] = [standardScheme, guideScheme, tokenScheme]

/** What is hashed in all: a second of work or two. */
const mostHashedBytes = 512 * 1024 * 1024

type Judged = { readonly verification: Verification; readonly secret: NamedSecret | undefined }

/** As a receiver that knows any of the secrets judges. */
const judge = async (
  { headers, body, secrets, now, toleranceMs }: Webhook,
  accepted: readonly Scheme[],
): Promise<Judged> => {
  let refused: Judged | undefined
  for (const secret of secrets.filter(({ text }) => isUsable(text))) {
    const verify = createVerifier(secret.text, accepted, { now: () => now, attemptToleranceMs: toleranceMs })
    const verification = await verify(headers, body)
    if (verification.ok) return { verification, secret }
    if (!refused || verification.reason === 'stale') refused = { verification, secret: undefined }
  }
  const isThere = accepted.some(({ header }) => headers.get(header) !== null)
  return refused ?? { verification: { ok: false, reason: isThere ? 'mismatch' : 'missing' }, secret: undefined }
}

type Trial = {
  readonly body: Form<Bytes>
  readonly secret: Form<SecretUse>
  readonly reading: Form<SignatureReading>
}

const causesOf = ({ body, secret, reading }: Trial): Cause[] =>
  [secret.cause, reading.cause, body.cause].filter((cause) => cause !== undefined)

/** Every combination of at most two changes, those with the fewest first. */
const trialsOf = function* (
  bodies: readonly Form<Bytes>[],
  secrets: readonly Form<SecretUse>[],
  readings: readonly Form<SignatureReading>[],
): Generator<Trial> {
  for (const wanted of [0, 1, 2])
    for (const reading of readings)
      for (const secret of secrets)
        for (const body of bodies) {
          const trial = { body, secret, reading }
          if (causesOf(trial).length === wanted) yield trial
        }
}

const search = async (
  webhook: Webhook,
  header: string,
): Promise<{ readonly causes: readonly Cause[] | undefined; readonly triedCount: number }> => {
  const verifiers = new Map<SecretUse, Map<Scheme, Verifier>>()
  const verifierFor = (use: SecretUse, scheme: Scheme): Verifier => {
    const known = verifiers.get(use) ?? new Map<Scheme, Verifier>()
    verifiers.set(use, known)
    const prepare = use.prepare ?? scheme.prepare
    // The text is handed past the verifier, which takes none that a receiver would refuse, such as one with a line end.
    const used: Scheme = { ...scheme, prepare: (_, prepareMacCheck) => prepare(use.text, prepareMacCheck) }
    const verify =
      known.get(scheme) ?? createVerifier('a trial', [used], { now: () => webhook.now, attemptToleranceMs: Infinity })
    known.set(scheme, verify)
    return verify
  }
  const readings = signatureForms(webhook.headers, schemes).filter(({ value }) => value.header === header)
  let hashedBytes = 0
  let triedCount = 0
  for (const trial of trialsOf(bodyForms(webhook.body, webhook.otherBodies), secretForms(webhook.secrets), readings)) {
    const { body, secret, reading } = trial
    hashedBytes += body.value.length + 200
    if (hashedBytes > mostHashedBytes) break
    triedCount += 1
    const { scheme, headers } = reading.value
    if ((await verifierFor(secret.value, scheme)(headers, body.value)).ok)
      return { causes: causesOf(trial), triedCount }
  }
  return { causes: undefined, triedCount }
}

const signedHeaders: Cause = {
  name: 'signed-headers',
  what: 'webhook-id, webhook-timestamp or webhook-signature is not what was sent: x-cloudflare-signature, which signs the body alone, proves the secret.',
  fix: 'Take all headers from one and the same attempt; see whether a proxy changes or adds some.',
}

const staleness = ({ headers, now, toleranceMs }: Webhook): Cause => {
  const ageMs = now - Number(headers.get('webhook-timestamp')) * 1000
  return {
    name: 'time',
    what: `It is signed rightly, but was sent ${spanWords(Math.abs(ageMs))} ${ageMs < 0 ? 'in the future' : 'ago'}; a receiver takes ${spanWords(toleranceMs)} at most.`,
    fix: 'If it was recorded then, say --any-time; if it came just now, set the clock of the receiver or the sender (NTP).',
  }
}

const missing = ({ headerNames }: Webhook): Cause => {
  const similar = headerNames.filter((name) => /signature|webhook|hmac|svix/.test(name))
  const found = similar.length === 0 ? 'nor one like them' : `only ${similar.slice(0, 5).join(', ')}`
  return {
    name: 'header-missing',
    what: `None of ${schemes.map(({ header }) => header).join(', ')} is among the ${headerNames.length} headers, ${found}.`,
    fix: 'Record the request as the receiver gets it, and see whether a proxy removes headers.',
  }
}

const whyNot = async (
  webhook: Webhook,
  reason: Distrust,
  outcomes: readonly SchemeOutcome[],
): Promise<Pick<Diagnosis, 'causes' | 'likely' | 'triedCount'>> => {
  if (reason === 'missing') return { causes: [missing(webhook)], likely: [], triedCount: 0 }
  if (reason === 'stale') return { causes: [staleness(webhook)], likely: [], triedCount: 0 }
  const present = outcomes.filter(({ outcome }) => outcome !== 'missing')
  const deciding = present[0]?.header ?? ''
  const { causes, triedCount } = await search(webhook, deciding)
  if (causes) return { causes, likely: [], triedCount }
  const guideAlone = outcomes.find(({ scheme }) => scheme === guideScheme.name)
  if (guideAlone?.outcome === 'verified') return { causes: [signedHeaders], likely: [], triedCount }
  const ofGuide = deciding === guideScheme.header ? undefined : await search(webhook, guideScheme.header)
  const tried = triedCount + (ofGuide?.triedCount ?? 0)
  if (ofGuide?.causes) return { causes: [...ofGuide.causes, signedHeaders], likely: [], triedCount: tried }
  const { proved, likely } = likelyCauses(webhook, bodyForms(webhook.body))
  return { causes: proved, likely, triedCount: tried }
}

/** Verifies one webhook as a receiver does and, where it does not verify, finds out why by trying. */
export const diagnose = async (webhook: Webhook): Promise<Diagnosis> => {
  const { verification, secret } = await judge(webhook, schemes)
  const outcomes = await Promise.all(
    schemes.map(async (scheme): Promise<SchemeOutcome> => {
      const alone = await judge(webhook, [scheme])
      return {
        scheme: scheme.name,
        header: scheme.header,
        outcome: alone.verification.ok ? 'verified' : alone.verification.reason,
        secret: alone.secret?.name,
      }
    }),
  )
  if (verification.ok)
    return {
      verified: true,
      proof: verification.proof,
      secret: secret?.name,
      schemes: outcomes,
      causes: [],
      likely: [],
      notes: notesOf({ webhook, outcomes, proof: verification.proof, secret }),
      triedCount: 0,
    }
  return {
    verified: false,
    notes: [],
    proof: undefined,
    secret: undefined,
    schemes: outcomes,
    ...(await whyNot(webhook, verification.reason, outcomes)),
  }
}

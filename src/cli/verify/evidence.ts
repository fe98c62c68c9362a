import { createSigningSecret, signGuide, signStandard } from '@imagehooks/receiver/sign'
import { guideScheme, standardScheme, type HeaderSource } from '@imagehooks/receiver/verify'
import { instantOfId } from '../../domain/id.ts'
import type { NamedSecret } from '../secret-sources.ts'
import type { Cause, Form } from './cause.ts'
import { isUsable } from './secret-forms.ts'

type Bytes = Uint8Array<ArrayBuffer>

/** What evidence is taken from. */
type Exhibit = {
  readonly headers: HeaderSource
  readonly body: Bytes
  readonly secrets: readonly NamedSecret[]
}

/** Fewer say nothing: eight hex digits are 32 bits. */
const leastDigits = 8

/** The digits of a signature whose end is missing, as the log of attempts shows it too. */
const cutGuide = (value: string): string | undefined =>
  /^([\da-f]{8,63})(?:…|\.\.\.)?$/i.exec(value.trim())?.[1]?.toLowerCase()

const cutStandard = (value: string): string | undefined =>
  /^(v1,[\w+/]{8,43})(?:…|\.\.\.)?(?=\s|$)/.exec(value.trim())?.[1]

/** A signature whose end is missing, and whether what is there is right; undefined where it is whole. */
const cutSignature = (
  { headers, secrets }: Exhibit,
  forms: readonly Form<Bytes>[],
): { readonly isRight: boolean; readonly cause: Cause } | undefined => {
  const guide = cutGuide(headers.get(guideScheme.header) ?? '')
  const standard = cutStandard(headers.get(standardScheme.header) ?? '')
  const [id, seconds] = [headers.get('webhook-id') ?? '', Number(headers.get('webhook-timestamp') ?? '')]
  const begins = ({ text }: NamedSecret, bytes: Bytes): boolean => {
    const secret = createSigningSecret(text)
    if (guide !== undefined && signGuide(secret, bytes).startsWith(guide)) return true
    const canSign = standard !== undefined && /^[!-\-/-~]{1,256}$/.test(id) && Number.isSafeInteger(seconds)
    return canSign && seconds >= 0 && signStandard(secret, id, seconds, bytes).startsWith(standard)
  }
  const digits = guide?.length ?? (standard === undefined ? 0 : standard.length - 3)
  if (digits < leastDigits) return undefined
  const usable = secrets.filter(({ text }) => isUsable(text))
  const isRight = usable.some((secret) => forms.some(({ value }) => begins(secret, value)))
  const found = isRight ? 'what is there, is right' : 'what is there, is of another body or secret'
  const cause = {
    name: 'signature-cut',
    what: `The end of the signature is missing; ${found} (${digits} characters).`,
    fix: 'Record the request itself; the log of attempts keeps only the beginning of a signature.',
  }
  return { isRight, cause }
}

/** An event and its id are made at the same moment; the rest is the clock that makes times of one image grow. */
const sameMomentMs = 2000

const bodyTime = (body: Bytes): number | undefined => {
  try {
    const { timestamp } = JSON.parse(new TextDecoder().decode(body))
    const instant = Date.parse(timestamp)
    return Number.isNaN(instant) ? undefined : instant
  } catch {
    return undefined
  }
}

const otherTime = ({ headers, body }: Exhibit): Cause | undefined => {
  const made = instantOfId(headers.get('webhook-id') ?? '')
  const happened = bodyTime(body)
  if (made === undefined || happened === undefined || Math.abs(made - happened) <= sameMomentMs) return undefined
  return {
    name: 'other-delivery',
    what: `The headers are of another delivery: their event was made at ${new Date(made).toISOString()}, and the one in the body at ${new Date(happened).toISOString()}.`,
    fix: 'Record the headers and the body of one request together; --other-body tries further bodies.',
  }
}

const otherLength = ({ headers, body }: Exhibit): Cause | undefined => {
  const announced = headers.get('content-length')
  if (announced === null || !/^\d{1,12}$/.test(announced) || Number(announced) === body.length) return undefined
  return {
    name: 'body-length',
    what: `The body is not what was sent: content-length says ${announced} bytes, and ${body.length} were given.`,
    fix: 'Keep the body as it arrives, in binary.',
  }
}

const unreadable = ({ headers }: Exhibit): Cause | undefined => {
  const seconds = headers.get('webhook-timestamp')
  if (headers.get(standardScheme.header) !== null && seconds !== null && /^\d{12,}$/.test(seconds))
    return {
      name: 'time-unit',
      what: 'webhook-timestamp is in milliseconds, where whole seconds must be.',
      fix: 'Send Math.floor(Date.now() / 1000), and sign the same.',
    }
  const value = headers.get(guideScheme.header)
  if (value === null || /^[\da-f]{64}$/i.test(value)) return undefined
  return {
    name: 'signature-form',
    what: `x-cloudflare-signature is not 64 hex digits: it has ${value.length} characters.`,
    fix: 'The header holds the lower-case hex HMAC-SHA256 of the body and nothing else.',
  }
}

const empty = ({ body }: Exhibit): Cause | undefined => {
  const isObjectText = Buffer.from(body).toString('latin1') === '[object Object]'
  if (body.length > 0 && !isObjectText) return undefined
  return {
    name: 'body-lost',
    what: isObjectText ? 'The body is the text of an object, not its JSON.' : 'The body is empty.',
    fix: 'Something read it before: take the raw bytes first, and parse them after verifying.',
  }
}

const unknown: Cause = {
  name: 'unknown',
  what: 'Nothing that was tried makes it verify: most likely it was signed with a secret that was not given, or it is the body of another delivery.',
  fix: 'Compare the secret on both sides: rotate it with imagehooks endpoints rotate, give the receiver the new one, and send a Test.',
}

/** What speaks for a cause that no trial can prove; what is proved by it stands apart. */
export const likelyCauses = (
  exhibit: Exhibit,
  forms: readonly Form<Bytes>[],
): { readonly proved: readonly Cause[]; readonly likely: readonly Cause[] } => {
  const cut = cutSignature(exhibit, forms)
  if (cut?.isRight) return { proved: [cut.cause], likely: [] }
  const likely = [empty(exhibit), otherTime(exhibit), otherLength(exhibit), cut?.cause, unreadable(exhibit)]
  return { proved: [], likely: [...likely.filter((cause) => cause !== undefined), unknown] }
}

import { failure, ok, warning, type Finding, type Unmade } from '../finding.ts'
import { isAccepted, isRefused, type Answer, type ReceiverFacts } from './facts.ts'
import { answered, obstacleOf, unmade, whyPointless } from './answered.ts'

/** What each forgery is, for the sentence, and what taking it means. */
type Forgery = { readonly check: string; readonly of: string; readonly why: string; readonly fix: string }

const trust = 'The receiver believes it: anybody who knows the URL can announce uploads that never were.'

const forgeries = {
  unsigned: {
    check: 'unsigned',
    of: 'a request without a signature',
    why: trust,
    fix: 'Verify the signature before anything else and answer 401 where there is none: createReceiver of @imagehooks/receiver does.',
  },
  forged: {
    check: 'forged',
    of: 'a signature that the secret did not make',
    why: trust,
    fix: 'Compute the HMAC of the body with your secret and compare it in constant time; that a signature is there proves nothing.',
  },
  tampered: {
    check: 'tampered',
    of: 'a body that was changed after it was signed',
    why: 'Whoever is on the way can change what is in an event: whose image it is, where it lies.',
    fix: 'Verify the bytes of the body that you then parse, all of them, and not a part, a digest or a copy.',
  },
} as const

const judgeForgery = ({ check, of, why, fix }: Forgery, answer: Answer): Finding => {
  const { status = 0 } = answer
  if (isUnauthorized(answer)) return ok(check, `${of} is refused with ${status}`)
  if (isAccepted(answer)) return failure(check, { what: `${of} is answered ${status}`, why, fix })
  if (status >= 500)
    return failure(check, {
      what: `${of} is answered ${status}`,
      why: 'A stranger can make it fail at will, and a failure of the receiver cannot be told from an attack.',
      fix: 'Let the verifier answer 401 instead of throwing: a missing or malformed signature is a normal case.',
    })
  return warning(check, {
    what: `${of} is refused with ${status}, not with 401`,
    why: 'The log of attempts says less about what is wrong: 401 means the signature, and asks for a look at the secret.',
    fix: 'Answer 401 to whatever is not signed with the secret.',
  })
}

const isUnauthorized = ({ status }: Answer): boolean => status === 401 || status === 403

const judgeVerifyFirst = ({ answers: { unsigned } }: ReceiverFacts, unparsed: Answer): Finding => {
  const { status = 0 } = unparsed
  if (isUnauthorized(unparsed) || status === unsigned?.status)
    return ok(
      'verify-first',
      'what is neither signed nor JSON is refused like anything unsigned: it verifies before it parses',
    )
  return failure('verify-first', {
    what: `what is neither signed nor JSON is answered ${status}, not 401: it parses before it verifies`,
    why: 'Strangers reach the parser, and what is verified afterwards is often not the bytes that came.',
    fix: 'Read the raw bytes, verify them, and parse them then; take JSON middleware away from this route.',
  })
}

const wrongRoute = (status: number): Finding =>
  failure('route', {
    what: `it answers ${status} to a POST`,
    why:
      status === 404
        ? 'Nothing stands at this path, so no event arrives.'
        : 'Something stands at this path that takes no POST, so no event arrives.',
    fix: 'Compare the path of the URL with the route of the receiver, the slash at its end too.',
  })

/** Whether a POST reaches anything at all: an unsigned one may be hidden from on purpose, a signed one may not. */
const judgeRoute = ({ answers, taken }: ReceiverFacts): Finding | undefined => {
  const { status } = answers.genuine ?? answers.unsigned ?? {}
  const unsignedStatus = answers.unsigned?.status
  if (status === undefined || unsignedStatus === undefined) return undefined
  if (taken === undefined && (status === 404 || status === 405) && status === unsignedStatus) return wrongRoute(status)
  return ok('route', 'a POST is taken at this path')
}

/** What must be refused: each forgery, unless a simpler one was taken already. */
export const judgeRefusals = (facts: ReceiverFacts): readonly (Finding | Unmade)[] => {
  const { answers, hasSecret } = facts
  const route = obstacleOf(facts) === undefined ? judgeRoute(facts) : undefined
  if (route?.severity === 'failure') return [route]
  const open = isAccepted(answers.unsigned) ? whyPointless(facts) : undefined
  const judged = (forgery: Forgery, answer: Answer | undefined, pointless: string | undefined): Finding | Unmade =>
    pointless === undefined
      ? answered(facts, forgery.check, answer, (given) => judgeForgery(forgery, given))
      : unmade(forgery.check, pointless)
  const tampered = isAccepted(answers.tamperedGuide) ? answers.tamperedGuide : answers.tampered
  return [
    ...(route ? [route] : []),
    judged(forgeries.unsigned, answers.unsigned, undefined),
    judged(forgeries.forged, isRefused(answers.garbled) ? answers.forged : (answers.garbled ?? answers.forged), open),
    judged(
      forgeries.tampered,
      tampered,
      whyPointless(facts) ?? (hasSecret ? undefined : (obstacleOf(facts) ?? 'no secret was given')),
    ),
    open === undefined
      ? answered(facts, 'verify-first', answers.unparsed, (answer) => judgeVerifyFirst(facts, answer))
      : unmade('verify-first', open),
  ]
}

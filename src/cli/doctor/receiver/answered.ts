import { failureOf } from '../../../net/network-error.ts'
import { failure, type Finding, type Unmade } from '../finding.ts'
import { isAccepted, isRedirect, type Answer, type ReceiverFacts } from './facts.ts'

export const unmade = (check: string, because: string): Unmade => ({ check, because })

/** What kept any request from being made or answered; undefined where nothing did. */
export const obstacleOf = ({ lookUp, certificate, answers: { unsigned } }: ReceiverFacts): string | undefined => {
  if (!lookUp.ok) return 'the name has no address'
  if (certificate && !certificate.ok) return 'no connection stands'
  if (certificate?.ok && certificate.certificate.problem !== undefined)
    return 'nothing is sent to a certificate that is not trusted'
  if (unsigned?.error === 'timeout') return 'no answer came in time'
  if (unsigned?.error !== undefined) return 'no answer came'
  return isRedirect(unsigned) ? 'it sends the client elsewhere' : undefined
}

/** Why a forgery is not asked for, or not judged: a simpler one is taken already. */
export const whyPointless = ({ answers: { unsigned, forged } }: ReceiverFacts): string | undefined => {
  if (isAccepted(unsigned)) return 'requests without a signature are taken already'
  return isAccepted(forged) ? 'signatures of others are taken already' : undefined
}

/** Why a signed event was not taken, for what follows from one. */
export const whyNotTaken = ({ hasSecret, taken, answers: { genuine } }: ReceiverFacts): string | undefined => {
  if (!hasSecret) return 'no secret was given'
  if (taken !== undefined) return undefined
  return genuine?.error === 'timeout' ? 'a signed event was not answered in time' : 'no signed event was taken'
}

/**
 * The judgement of an answer; where there is none, why. An answer 429 says nothing about what was asked, and no answer at
 * all is a failure of what was asked.
 */
export const answered = (
  facts: ReceiverFacts,
  check: string,
  answer: Answer | undefined,
  judge: (answer: Answer) => Finding | Unmade,
): Finding | Unmade => {
  const obstacle = obstacleOf(facts)
  if (obstacle !== undefined) return unmade(check, obstacle)
  if (!answer) return unmade(check, whyNotTaken(facts) ?? whyPointless(facts) ?? 'an earlier answer made it pointless')
  if (answer.status === 429) return unmade(check, 'it was answered 429, too many requests')
  if (answer.error === undefined) return judge(answer)
  return failure(check, {
    what: `it was not answered: ${failureOf(answer.error).message}`,
    why: 'A delivery without an answer is repeated, whatever the receiver did with it.',
    fix: 'See the log of the receiver for this request.',
  })
}

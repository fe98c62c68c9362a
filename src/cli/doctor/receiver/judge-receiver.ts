import { judgeClock } from '../clock.ts'
import { ok, reportOf, warning, type Finding, type Report, type Unmade } from '../finding.ts'
import { answered, obstacleOf, unmade } from './answered.ts'
import { isAccepted, skewOf, type Answer, type ReceiverFacts } from './facts.ts'
import { judgeConnection } from './judge-connection.ts'
import { judgeHandling } from './judge-handling.ts'
import { judgeRefusals } from './judge-refusals.ts'

const judgeReceiverClock = (facts: ReceiverFacts): Finding | Unmade => {
  const obstacle = obstacleOf(facts)
  if (obstacle !== undefined) return unmade('clock', obstacle)
  const skew = skewOf(facts.answers)
  if (!skew) return unmade('clock', 'its answers do not say the time')
  return judgeClock(skew, {
    whose: 'its clock',
    consequence: facts.taken === 'genuineItsClock' ? 'and it refuses what is signed by ours' : undefined,
  })
}

const judgeMethods = (answer: Answer): Finding => {
  const { status = 0 } = answer
  if (status < 500 && !isAccepted(answer)) return ok('methods', `a GET is answered ${status}`)
  return warning('methods', {
    what: `a GET is answered ${status}`,
    why: 'Crawlers, previews and monitors send GETs: what answers them like a webhook hides that nothing verifies them.',
    fix: 'Answer 405 with allow: POST to every other method.',
  })
}

const judgeRateLimit = (facts: ReceiverFacts): Finding | undefined => {
  if (obstacleOf(facts) !== undefined) return undefined
  const all = Object.values(facts.answers)
  const busy = all.filter(({ status }) => status === 429).length
  if (busy === 0) return ok('rate-limit', `${all.length} requests, one after another, met no limit`)
  return warning('rate-limit', {
    what: `${busy} of ${all.length} requests, one after another, were answered 429`,
    why: 'A server sends up to 64 at once; what is answered 429 is sent again later, and a burst of uploads takes hours.',
    fix: 'Raise the limit, or set rate_limit and max_concurrency on the endpoint to what the receiver takes.',
  })
}

const judgeSecret = ({ hasSecret }: ReceiverFacts): Finding | undefined =>
  hasSecret
    ? undefined
    : warning('secret', {
        what: 'no secret was given',
        why: 'Without it nothing can be signed: whether genuine events are taken is not checked.',
        fix: 'Set IMAGEHOOKS_WEBHOOK_SECRET to the endpoint’s secret, or name a file with --secret-file or --vars.',
      })

/** What the facts about a receiver mean. */
export const judgeReceiver = (facts: ReceiverFacts): Report => {
  const rateLimit = judgeRateLimit(facts)
  const secret = judgeSecret(facts)
  const refusals = judgeRefusals(facts)
  const leadsNowhere = refusals.some((verdict) => verdict.check === 'route' && 'fix' in verdict)
  return reportOf(`Receiver ${facts.url.href}`, [
    ...judgeConnection(facts),
    ...refusals,
    ...(leadsNowhere ? [] : judgeHandling(facts)),
    judgeReceiverClock(facts),
    ...(leadsNowhere ? [] : [answered(facts, 'methods', facts.answers.get, judgeMethods)]),
    ...(rateLimit ? [rateLimit] : []),
    ...(secret ? [secret] : []),
  ])
}

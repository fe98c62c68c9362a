import { spanWords } from '../../../webhooks/time-words.ts'
import { failure, ok, warning, type Finding, type Unmade } from '../finding.ts'
import { answered, obstacleOf, unmade, whyNotTaken, whyPointless } from './answered.ts'
import { isAccepted, isRefused, type Answer, type ProbeName, type ReceiverFacts } from './facts.ts'

const lost = 'Every real delivery fares so: it is repeated for 24 hours and then given up.'

const halfBroken = (good: string, bad: string, status: number, fix: string): Finding =>
  failure('genuine', {
    what: `a signed event is answered ${status}, but taken with ${good} alone: it is ${bad} that it verifies wrongly`,
    why: lost,
    fix,
  })

const refusedBy = (status: number): { readonly what: string; readonly fix: string } => {
  if (status === 401 || status === 403)
    return {
      what: `a rightly signed event is refused with ${status}: it knows another secret, or verifies wrongly`,
      fix: 'Compare the secrets on both sides; then record one request and ask imagehooks verify, which names the cause.',
    }
  if (status === 413 || status === 415)
    return {
      what: `a signed event is refused with ${status}`,
      fix: 'Take application/json, and bodies of up to 64 KiB.',
    }
  if (status >= 500)
    return {
      what: `a signed event is answered ${status}: the receiver failed while handling it`,
      fix: 'See its log for this request; a failure of a part that can wait belongs into a queue.',
    }
  return {
    what: `a signed event is refused with ${status}: it is not what the receiver expects`,
    fix: 'See its log. Does it take events of one account only? Then name that with --account.',
  }
}

const judgeGenuine = (facts: ReceiverFacts): Finding | Unmade => {
  const { taken, answers } = facts
  if (answers.genuine?.error === 'timeout') return unmade('genuine', 'a signed event was not answered in time')
  return answered(facts, 'genuine', answers.genuine, ({ status = 0 }) => {
    switch (taken) {
      case 'genuine':
        return ok('genuine', `a signed event is answered ${status}`)
      case 'genuineItsClock':
        return ok('genuine', 'a signed event is taken, if it is signed by its own clock')
      case 'genuineGuide':
        return halfBroken(
          'x-cloudflare-signature',
          'webhook-signature',
          status,
          'Sign id.timestamp.body; the key is what the base64 after whsec_ decodes to, or the text of any other secret.',
        )
      case 'genuineStandard':
        return halfBroken(
          'webhook-signature',
          'x-cloudflare-signature',
          status,
          'It is the hex HMAC-SHA256 of the body; the key is the text of the secret, whsec_ included.',
        )
      case undefined:
        return failure('genuine', { why: lost, ...refusedBy(status) })
    }
  })
}

const judgeRepeat = ({ status = 0 }: Answer): Finding =>
  status >= 200 && status <= 299
    ? ok('repeat', `the same event once more is answered ${status}`)
    : failure('repeat', {
        what: `the same event once more is answered ${status}`,
        why: 'An answer that is lost on the way, or comes too late, brings the event again; it then fails for a day, and is given up.',
        fix: 'Remember which events were handled (webhook-id, or an inbox of @imagehooks/receiver) and answer 2xx to a known one; write rows by upsert.',
      })

const bytesFix =
  'Verify the bytes as they came, before anything parses them: request.arrayBuffer(), express.raw(), not JSON.stringify(request.body).'

const judgeRawBytes = (facts: ReceiverFacts): Finding | Unmade => {
  const { spaced, respaced } = facts.answers
  if (spaced && !isAccepted(spaced))
    return warning('raw-bytes', {
      what: `an event that was signed with spaces in its JSON is answered ${spaced.status}`,
      why: 'It verifies what it parsed and wrote again, which is the same as what came only as long as both write alike.',
      fix: bytesFix,
    })
  if (isAccepted(respaced))
    return warning('raw-bytes', {
      what: `an event that got spaces after it was signed is answered ${respaced?.status}`,
      why: 'It verifies what it parsed and wrote again: other bytes than those that were signed pass.',
      fix: bytesFix,
    })
  if (!respaced) return unmade('raw-bytes', whyPointless(facts) ?? 'bodies that were changed are taken already')
  return ok('raw-bytes', 'the bytes are verified, not what they parse to')
}

const judgeMalformed = ({ answers: { malformed, incomplete } }: ReceiverFacts): Finding => {
  const both = [malformed, incomplete].filter((answer) => answer !== undefined)
  const failed = both.find(({ status = 0 }) => status >= 500)
  if (failed)
    return failure('malformed', {
      what: `what is signed and no event is answered ${failed.status}`,
      why: 'A 5xx says that trying again may help: the sender does so for a day, and alerts about failures hide real ones.',
      fix: 'Check the event against its schema before it is handled, and answer 422 where it does not fit.',
    })
  const taken = both.find(isAccepted)
  if (taken)
    return warning('malformed', {
      what: `what is signed and no event is answered ${taken.status}`,
      why: 'The sender counts it as handled: if it was not kept for somebody to look at, it is lost.',
      fix: 'Answer 422, or keep it where somebody looks.',
    })
  return ok('malformed', `what is signed and no event is refused with ${both[0]?.status}`)
}

const judgeOld = (answer: Answer): Finding => {
  const { status = 0 } = answer
  if (isRefused(answer)) return ok('old', `a request of three days ago is refused with ${status}`)
  if (status >= 500)
    return failure('old', {
      what: `a request of three days ago is answered ${status}`,
      why: 'A 5xx says that trying again may help; an old request never gets younger.',
      fix: 'Answer 4xx where webhook-timestamp is over five minutes away.',
    })
  return warning('old', {
    what: `a request that was signed three days ago is answered ${status}`,
    why: 'Whoever records one request can send it again for ever; only the memory of handled events stands against it.',
    fix: 'Refuse where webhook-timestamp is over five minutes away; with the guide’s header alone, events over 26 hours old.',
  })
}

const judgeLarge = (answer: Answer): Finding =>
  isAccepted(answer)
    ? ok('large', 'a body of 64 KiB is taken')
    : failure('large', {
        what: `a body of 64 KiB is answered ${answer.status}`,
        why: 'Events with much metadata are as large; they are repeated for a day and given up.',
        fix: 'Raise the limit of the route, and of every proxy before it, to 64 KiB.',
      })

const judgeOversize = (facts: ReceiverFacts): Finding | Unmade => {
  const { oversize: answer } = facts.answers
  if (!answer || answer.status === 429) return answered(facts, 'oversize', answer, judgeLarge)
  const { status, error } = answer
  if (error !== undefined && error !== 'timeout') return ok('oversize', 'a body of 1 MiB is cut off')
  if (isRefused(answer)) return ok('oversize', `a body of 1 MiB is refused with ${status}`)
  return warning('oversize', {
    what: `a body of 1 MiB is ${status === undefined ? 'not answered' : `answered ${status}`}`,
    why: 'A body is read before its signature can be verified: without a limit a stranger fills the memory.',
    fix: 'Stop reading at 64 KiB and answer 413; no event is larger.',
  })
}

/** Answered later than this, a receiver does its work before it answers. */
const soonMs = 5000

const signedProbes: readonly ProbeName[] = [
  'genuine',
  'genuineItsClock',
  'genuineGuide',
  'genuineStandard',
  'repeat',
  'spaced',
  'large',
]

const answerFirst =
  'Answer 2xx as soon as the event is stored safely, and do the work afterwards: a queue, or the outbox of @imagehooks/receiver.'

const judgeAnswerTime = (facts: ReceiverFacts): Finding | Unmade => {
  const { answers, limitMs } = facts
  const signed = signedProbes.flatMap((name) => answers[name] ?? [])
  if (answers.unsigned?.error === 'timeout' || signed.some(({ error }) => error === 'timeout'))
    return failure('answer-time', {
      what: `no answer came within ${spanWords(limitMs)}`,
      why: 'The delivery counts as failed and is repeated, although the work may have been done: it is done again and again.',
      fix: answerFirst,
    })
  const slowestMs = Math.max(...signed.filter(isAccepted).map(({ durationMs }) => durationMs))
  if (slowestMs < 0)
    return unmade('answer-time', obstacleOf(facts) ?? whyNotTaken(facts) ?? 'no signed event was taken')
  if (slowestMs <= soonMs) return ok('answer-time', `signed events are answered within ${Math.ceil(slowestMs)} ms`)
  return warning('answer-time', {
    what: `a signed event was answered after ${(slowestMs / 1000).toFixed(1)} seconds`,
    why: 'After 30 seconds a delivery has failed and is repeated; and the longer an answer takes, the fewer events get through.',
    fix: answerFirst,
  })
}

/** What a receiver does with what is signed. */
export const judgeHandling = (facts: ReceiverFacts): readonly (Finding | Unmade)[] => {
  const { answers } = facts
  return [
    judgeGenuine(facts),
    answered(facts, 'raw-bytes', answers.spaced, () => judgeRawBytes(facts)),
    answered(facts, 'repeat', answers.repeat, judgeRepeat),
    answered(facts, 'malformed', answers.malformed, () => judgeMalformed(facts)),
    answered(facts, 'old', answers.old, judgeOld),
    answered(facts, 'large', answers.large, judgeLarge),
    judgeOversize(facts),
    judgeAnswerTime(facts),
  ]
}

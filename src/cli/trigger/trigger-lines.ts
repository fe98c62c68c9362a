import { styleText } from 'node:util'
import type { SendResult } from '../../net/guarded-client.ts'
import { cut, printable } from '../printable.ts'
import type { TriggerDelivery } from './deliveries.ts'

/** What came of one delivery. */
export type TriggerOutcome = {
  readonly delivery: TriggerDelivery
  readonly result: SendResult
  /** It was answered as it must be. */
  readonly isExpected: boolean
}

/** How deliveries are told, one by one and at the end. */
export type TriggerLines = { outcome(outcome: TriggerOutcome): void; end(tally: TriggerTally): void }

const pale = (text: string): string => styleText('gray', text)

const msOf = ({ result }: TriggerOutcome): number => Math.round(result.timings.totalMs ?? 0)

const answerOf = ({ result }: TriggerOutcome): string => Buffer.from(result.responseBody).toString('utf8')

/** The part of an answer that is shown. */
const longestAnswer = 200

/** What was sent, counted. */
export type TriggerTally = {
  readonly sentCount: number
  readonly unexpectedCount: number
  /** Nobody listened at the address, each time. */
  readonly nobodyListens: boolean
  /** By status, or by what went wrong. */
  readonly counts: ReadonlyMap<string, number>
  /** How long the given share of all took at most, in milliseconds. */
  percentileMs(share: number): number
}

/** Counts outcomes; its size does not depend on how many there are. */
export const createTally = (): TriggerTally & { add(outcome: TriggerOutcome): void } => {
  const counts = new Map<string, number>()
  const durations = new Map<number, number>()
  let sentCount = 0
  let unexpectedCount = 0
  let refusedCount = 0
  return {
    get sentCount() {
      return sentCount
    },
    get unexpectedCount() {
      return unexpectedCount
    },
    get nobodyListens() {
      return sentCount > 0 && refusedCount === sentCount
    },
    counts,
    percentileMs(share) {
      let left = Math.ceil(share * sentCount)
      for (const ms of [...durations.keys()].toSorted((one, other) => one - other)) {
        left -= durations.get(ms) ?? 0
        if (left <= 0) return ms
      }
      return 0
    },
    add(outcome) {
      const { status, error } = outcome.result
      const name = status === undefined ? (error?.message ?? 'no answer') : String(status)
      counts.set(name, (counts.get(name) ?? 0) + 1)
      durations.set(msOf(outcome), (durations.get(msOf(outcome)) ?? 0) + 1)
      sentCount += 1
      if (!outcome.isExpected) unexpectedCount += 1
      if (error?.kind === 'connect_refused') refusedCount += 1
    },
  }
}

/** One JSON object a line, for each delivery. */
export const jsonLines = (type: string, print: (line: string) => void): TriggerLines => ({
  outcome(outcome) {
    const { delivery, result, isExpected } = outcome
    print(
      JSON.stringify({
        id: delivery.event.id,
        event: type,
        attempt: delivery.attempt,
        tamper: delivery.tampering ?? null,
        status: result.status ?? null,
        error: result.error?.message ?? null,
        duration_ms: msOf(outcome),
        expected: isExpected,
        answer: answerOf(outcome).slice(0, 1024),
      }),
    )
  },
  end() {},
})

/** Ids are cut to the width of a terminal, to so many characters at least. */
const leastId = 8

/** A line for each delivery, the answer below one that is not as it must be, and a summary of several. */
export const textLines = (type: string, print: (line: string) => void, columns = Infinity): TriggerLines => ({
  outcome(outcome) {
    const { delivery, result, isExpected } = outcome
    const forged = delivery.tampering ? `  forged ${delivery.tampering.padEnd(9)}` : ''
    const attempt = delivery.attempt > 1 ? `  again ${delivery.attempt - 1}` : ''
    const answer =
      result.status === undefined ? `✗ ${result.error?.message ?? 'No answer came.'}` : `← ${result.status}`
    const mark = styleText(isExpected ? 'green' : 'red', answer)
    const duration = `${msOf(outcome)} ms`
    const taken = [type, forged, attempt, answer, duration].join('').length + 6
    const id = cut(delivery.event.id, Math.max(leastId, columns - taken))
    print(`${type}  ${pale(id)}${forged}${pale(attempt)}  ${mark}  ${pale(duration)}`)
    const said = printable(answerOf(outcome)).trim()
    if (!isExpected && said !== '') print(pale(`  ↳ ${cut(said, Math.min(longestAnswer, columns - 4))}`))
  },
  end(tally) {
    if (tally.sentCount < 2) return
    const counts = [...tally.counts].map(([name, count]) => `${count} × ${name}`).join(', ')
    print(
      pale(
        `${tally.sentCount} sent: ${counts}; half within ${tally.percentileMs(0.5)} ms, all within ${tally.percentileMs(1)} ms`,
      ),
    )
  },
})

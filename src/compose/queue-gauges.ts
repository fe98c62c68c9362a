import type { Clock } from '../domain/clock.ts'
import { countDue, countEndpointStates, readOldestDue } from '../store/attention.ts'
import type { Database } from '../store/database.ts'
import type { Metrics } from '../telemetry/metrics.ts'

/** How long an answer serves all who ask, so that no scraper can keep the database busy. */
const keptMs = 10_000
/** Lanes looked at in one statement. */
const lanesPerRead = 50
/** A backlog is counted no further than this. */
const mostDue = 100_000

/** Asks once for all who ask within a while. A failure, and an answer that is not to be kept, is forgotten at once. */
export const remembered = <Answer>(
  clock: Clock,
  forMs: number,
  ask: () => Promise<Answer>,
  keeps: (answer: Answer) => boolean = () => true,
): (() => Promise<Answer>) => {
  let known: { readonly until: number; readonly answer: Promise<Answer> } | undefined
  return () => {
    if (known && clock.monotonic() < known.until) return known.answer
    const asked = { until: clock.monotonic() + forMs, answer: ask() }
    known = asked
    const forget = (): void => {
      if (known === asked) known = undefined
    }
    asked.answer.then((answer) => {
      if (!keeps(answer)) forget()
    }, forget)
    return asked.answer
  }
}

const countAllDue = async (database: Database, now: number): Promise<number> => {
  let count = 0
  for (let after: string | undefined = ''; after !== undefined && count < mostDue;) {
    const page: Awaited<ReturnType<typeof countDue>> = await countDue(database, now, { after, limit: lanesPerRead })
    count += page.count
    after = page.next
    // Other work goes on between the reads.
    await new Promise((resolve) => setImmediate(resolve))
  }
  return Math.min(count, mostDue)
}

/** What waits in the database, whichever process will send it: every process tells the same, so take the maximum. */
export const addQueueGauges = (metrics: Metrics, database: Database, clock: Clock): void => {
  const oldestDueAt = remembered(clock, keptMs, () => readOldestDue(database, clock.now()))
  metrics.gauge(
    'imagehooks_oldest_due_seconds',
    'How long the delivery that waits longest has been due, among active endpoints; 0 when none is due.',
    async () => {
      const dueAt = await oldestDueAt()
      return dueAt === null ? 0 : Math.max(0, clock.now() - dueAt) / 1000
    },
  )
  metrics.gauge(
    'imagehooks_deliveries_due',
    `Deliveries that are due, of active endpoints: up to 1000 of each endpoint and tier, and ${mostDue} in all, are counted.`,
    remembered(clock, keptMs, () => countAllDue(database, clock.now())),
  )
  metrics.gauges(
    'imagehooks_endpoint_state',
    'Endpoints in each state, of all accounts.',
    'state',
    remembered(clock, keptMs, () => countEndpointStates(database)),
  )
}

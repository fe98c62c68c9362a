import type { Clock } from '../domain/clock.ts'
import type { Database } from '../store/database.ts'
import { secondsBuckets, type Metrics } from '../telemetry/metrics.ts'

/** A database whose commits are timed, from handing a unit over to its being durable. */
export const observeCommits = <Observed extends Database>(
  database: Observed,
  metrics: Metrics,
  clock: Clock,
): Observed => {
  const seconds = metrics.histogram(
    'imagehooks_store_commit_seconds',
    'From handing a write to the database to its being durable.',
    secondsBuckets,
    ['result'],
  )
  return {
    ...database,
    async write(unit) {
      const startedMs = clock.monotonic()
      const observe = (result: string): void => seconds.observe({ result }, (clock.monotonic() - startedMs) / 1000)
      try {
        const outcome = await database.write(unit)
        observe(outcome.committed ? 'committed' : 'refused')
        return outcome
      } catch (error) {
        observe('failed')
        throw error
      }
    },
  }
}

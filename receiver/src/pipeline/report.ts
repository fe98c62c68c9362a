import type { Arrival } from './arrival.ts'
import type { Setup } from './options.ts'
import { type Outcome, outcomeStatuses } from './outcome.ts'
import { within } from '#within'

/**
 * Tells how a request ended: to `audit`, or else, where something was thrown, to the log. What fails or takes too long in
 * telling it must not change what the sender hears.
 */
export const report = async <Env>(
  { receivedAt, env, body, facts }: Arrival<Env>,
  { code, reason, error }: Outcome,
  { audit, log = console, leaseMs, now }: Setup<Env>,
): Promise<void> => {
  try {
    if (audit) {
      const status = outcomeStatuses[code]
      const record = {
        code,
        status,
        receivedAt,
        durationMs: now() - receivedAt,
        bodyBytes: body.length,
        ...facts,
        reason,
        error,
      }
      await within(leaseMs, audit(record, env))
    } else if (error !== undefined) log.error(`A webhook ended as ${code}.`, error)
  } catch (cause) {
    log.error('The audit hook failed.', cause)
  }
}

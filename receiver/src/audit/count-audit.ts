import type { AuditHook, AuditRecord } from '../pipeline/audit.ts'
import type { OutcomeCode } from '../pipeline/outcome.ts'

/** What a request counts as, in few words: fit for the labels of a counter. */
export type AuditCount = {
  code: OutcomeCode
  status: number
  /** Something is wrong that the sender or the operator must mend: raise the alarm when these grow. */
  isFailure: boolean
  /** An old secret proved it: the rotation is not over. */
  isOldSecret: boolean
  /** The handlers ran longer than their lease. */
  isLeaseLost: boolean
}

/** What becomes of an event by itself in the end, or is none. */
const harmless: ReadonlySet<OutcomeCode> = new Set(['busy', 'not_found', 'method_not_allowed', 'rate_limited'])

/** An audit hook that counts: `count` is a counter's increment, of whatever makes the alarms. */
export const countAudit =
  <Env = void>(count: (counted: AuditCount, env: Env) => unknown): AuditHook<Env> =>
  ({ code, status, secretIndex, leaseLost }, env) =>
    count(
      {
        code,
        status,
        isFailure: status >= 400 && !harmless.has(code),
        isOldSecret: (secretIndex ?? 0) > 0,
        isLeaseLost: leaseLost === true,
      },
      env,
    )

/**
 * An audit hook that hears of what was thrown, by a handler or anything else, with the record of its request: for an error
 * tracker, or a log.
 */
export const onError =
  <Env = void>(tell: (error: unknown, record: AuditRecord, env: Env) => unknown): AuditHook<Env> =>
  (record, env) =>
    record.error === undefined ? undefined : tell(record.error, record, env)

/** An audit hook of several: one that fails does not keep the record from the others. */
export const auditAll =
  <Env = void>(...hooks: readonly AuditHook<Env>[]): AuditHook<Env> =>
  async (record: AuditRecord, env: Env) => {
    const ends = await Promise.allSettled(hooks.map(async (hook) => hook(record, env)))
    const errors = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []))
    if (errors.length > 0) throw new AggregateError(errors, 'An audit hook failed.')
  }

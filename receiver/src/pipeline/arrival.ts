import type { AuditFacts } from './audit.ts'
import type { WorkerContext } from './delivery.ts'
import type { OutcomeCode } from './outcome.ts'

/** One request on its way through the pipeline. */
export type Arrival<Env> = {
  request: Request
  env: Env
  context: WorkerContext | undefined
  /** Milliseconds since 1970. */
  receivedAt: number
  /** Filled in as it becomes known, for the audit record. */
  facts: AuditFacts
  /** How the request ends if something throws at the present point of the way. */
  fault: OutcomeCode
}

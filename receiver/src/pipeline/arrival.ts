import type { Awaitable, Bytes } from '../crypto/mac.ts'
import type { AuditFacts } from './audit.ts'
import type { WorkerContext } from './delivery.ts'
import type { Outcome, OutcomeCode } from './outcome.ts'

/** How far a request has come. */
export type Progress = {
  /** Filled in as it becomes known, for the audit record. */
  facts: AuditFacts
  /** How the request ends if something throws, or takes too long, at the present point of the way. */
  fault: OutcomeCode
}

/** One request on its way through the pipeline. */
export type Arrival<Env> = Progress & {
  request: Request
  env: Env
  context: WorkerContext | undefined
  /** Milliseconds since 1970. */
  receivedAt: number
  /** Empty until it was read. */
  body: Bytes
}

/** Sees how each request ended, and may end it otherwise, having kept it. `toQuarantine` makes one. Rejects: 503. */
export type QuarantineHook<Env> = (outcome: Outcome, arrival: Arrival<Env>) => Awaitable<Outcome>

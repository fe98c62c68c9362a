import type { Proof } from '../schemes/verifier.ts'
import type { OutcomeCode } from './outcome.ts'

/** What became known of a request before it ended. */
export type AuditFacts = Partial<Proof> & {
  type?: string | undefined
  imageId?: string | undefined
  key?: string | undefined
  attempt?: number | undefined
  /** The handlers ran longer than the lease, and another delivery claimed the event meanwhile. */
  leaseLost?: boolean
}

/** One request, as it ended. Holds no secret, no signature, no body. */
export type AuditRecord = AuditFacts & {
  code: OutcomeCode
  status: number
  /** Milliseconds since 1970. */
  receivedAt: number
  durationMs: number
  /** Bytes of the body; 0 where it was not read. */
  bodyBytes: number
  /** Why, in a word or a JSON pointer. */
  reason?: string | undefined
  /** What was thrown, when something was; a list where the inbox could not give the event back either. */
  error?: unknown
}

/** Gets each record before the response is sent. A promise that it answers is awaited. What it throws is logged and changes nothing. */
export type AuditHook<Env> = (record: AuditRecord, env: Env) => unknown

/** Where a failure is told that has no other place: the console is one. */
export type AuditLog = { error(message: string, cause: unknown): void }

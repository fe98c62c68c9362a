import type { Distrust, HeaderSource, Proof, Scheme } from '@imagehooks/receiver/verify'
import type { NamedSecret } from '../secret-sources.ts'
import type { Cause } from './cause.ts'

type Bytes = Uint8Array<ArrayBuffer>

/** One webhook and what is known about it. */
export type Webhook = {
  readonly headers: HeaderSource
  /** The names of all headers, in lower case. */
  readonly headerNames: readonly string[]
  readonly body: Bytes
  /** Bodies that may be the one the headers belong to. */
  readonly otherBodies: readonly { readonly name: string; readonly bytes: Bytes }[]
  /** The one that is expected first. */
  readonly secrets: readonly NamedSecret[]
  readonly now: number
  /** How far the time of an attempt may lie from now; Infinity: that is not judged. */
  readonly toleranceMs: number
}

/** What one header proves by itself. */
export type SchemeOutcome = {
  readonly scheme: Scheme['name']
  readonly header: string
  readonly outcome: 'verified' | Distrust
  /** Which secret matched. */
  readonly secret: string | undefined
}

export type Diagnosis = {
  readonly verified: boolean
  /** How it is proved, where it is. */
  readonly proof: Proof | undefined
  readonly secret: string | undefined
  readonly schemes: readonly SchemeOutcome[]
  /** Proved: with these undone, the signature verifies. */
  readonly causes: readonly Cause[]
  /** Where nothing is proved: what the evidence speaks for, the likeliest first. */
  readonly likely: readonly Cause[]
  /** Where it verifies: what may still be wrong elsewhere. */
  readonly notes: readonly Cause[]
  /** How many forms were tried. */
  readonly triedCount: number
}

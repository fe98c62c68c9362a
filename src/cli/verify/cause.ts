/** Why a signature does not verify, and what to do about it. Neither sentence quotes a secret or a right signature. */
export type Cause = {
  /** The word of docs/cli.md. */
  readonly name: string
  readonly what: string
  readonly fix: string
}

/** What was signed may have had another form than what was given; the cause says how the one became the other. */
export type Form<Value> = { readonly value: Value; readonly cause?: Cause }

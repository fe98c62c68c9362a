/** What the API refused, or could not do. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  /** Of HTTP; 0 where no answer came. */
  readonly status: number
  /** The number in the envelope; 0 where there was none. */
  readonly code: number
  /** Where in the request the fault lies. */
  readonly pointer: string | undefined
  /** How long the server asks to be left alone; undefined where it does not say. */
  readonly retryAfterMs: number | undefined

  constructor(
    message: string,
    {
      status,
      code,
      pointer,
      retryAfterMs,
      cause,
    }: {
      readonly status: number
      readonly code: number
      readonly pointer?: string | undefined
      readonly retryAfterMs?: number | undefined
      readonly cause?: unknown
    },
  ) {
    super(message, cause === undefined ? undefined : { cause })
    this.status = status
    this.code = code
    this.pointer = pointer
    this.retryAfterMs = retryAfterMs
  }
}

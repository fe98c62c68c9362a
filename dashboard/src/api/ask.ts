/** What the server refused or could not do, in its own words: one sentence that names the field and the fix. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly code: number | undefined
  /** The field that is wrong, as the server points to it: `/url`. */
  readonly pointer: string | undefined

  constructor(message: string, status: number, code?: number, pointer?: string) {
    super(message)
    this.status = status
    this.code = code
    this.pointer = pointer
  }
}

type Problem = { readonly code: number; readonly message: string; readonly source?: { readonly pointer: string } }

type Envelope = { readonly success: boolean; readonly result: unknown; readonly errors: readonly Problem[] }

const isEnvelope = (value: unknown): value is Envelope =>
  typeof value === 'object' && value !== null && 'success' in value && 'errors' in value && Array.isArray(value.errors)

const readEnvelope = async (response: Response): Promise<unknown> => {
  try {
    return await response.json()
  } catch {
    // A proxy between may answer with a page of its own.
    return undefined
  }
}

/**
 * What stands in the envelope of an answer. The type says what the API's document promises for the call.
 * @throws ApiError with the server's own sentence, where it refused.
 */
export const takeResult = <Result>(status: number, envelope: unknown): Result => {
  if (!isEnvelope(envelope)) throw new ApiError(`The server answered ${status} without a reason.`, status)
  const [problem] = envelope.errors
  if (status >= 300 || !envelope.success)
    throw new ApiError(
      problem?.message ?? `The server answered ${status}.`,
      status,
      problem?.code,
      problem?.source?.pointer,
    )
  return envelope.result as Result
}

/**
 * Asks the server this page came from, as who is signed in, and takes the answer out of its envelope. The type says what
 * the API's document promises for the call.
 * @throws ApiError with the server's own sentence; status 0 when the server cannot be reached.
 */
export const ask = async <Result>(
  method: string,
  path: string,
  body?: unknown,
  signal?: AbortSignal,
): Promise<Result> => {
  const form = body instanceof FormData
  const response = await fetch(path, {
    method,
    ...(signal && { signal }),
    ...(body !== undefined && { body: form ? body : JSON.stringify(body) }),
    ...(body !== undefined && !form && { headers: { 'content-type': 'application/json' } }),
  }).catch((cause: unknown) => {
    if (signal?.aborted) throw cause
    throw new ApiError('The server cannot be reached. Is it running?', 0)
  })
  return takeResult<Result>(response.status, await readEnvelope(response))
}

/** Something the person can put right; the message is one sentence. */
export class DemoError extends Error {
  override readonly name = 'DemoError'
}

/** What went wrong, in the words of the first error and its causes. */
export const inWords = (error: unknown): string => {
  if (error instanceof DemoError) return error.message
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message} ${inWords(error.cause)}` : error.message
}

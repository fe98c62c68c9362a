/** Something the person can put right; the message is one sentence. */
export class DemoError extends Error {
  override readonly name = 'DemoError'
}

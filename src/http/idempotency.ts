import { createHash } from 'node:crypto'
import { AppError } from '../domain/errors.ts'
import { isPlainText } from '../domain/text.ts'
import type { Once } from '../images/once.ts'
import type { AppContext } from './environment.ts'

const longestKey = 255

/**
 * The `Idempotency-Key` of a request, with a digest of what the request says: `facts` in the order given, which names the
 * call and all that decides what comes of it. Undefined without the header.
 * @throws AppError `bad_request` for a key that is empty, too long, or no plain text.
 */
export const readOnce = (context: AppContext, facts: readonly unknown[]): Once | undefined => {
  const key = context.req.header('idempotency-key')
  if (key === undefined) return undefined
  if (key === '' || key.length > longestKey || !isPlainText(key))
    throw new AppError('bad_request', `Idempotency-Key must be a text of 1 to ${longestKey} characters.`, {
      pointer: 'Idempotency-Key',
    })
  return { key, fingerprint: createHash('sha256').update(JSON.stringify(facts)).digest('hex') }
}

/** Answers a text that was made by `successText`, of this request or of an earlier one with its key. */
export const answerText = (context: AppContext, text: string): Response =>
  context.body(text, 200, { 'content-type': 'application/json' })

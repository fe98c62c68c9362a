import type { Account } from '../domain/account.ts'
import { AppError } from '../domain/errors.ts'
import { findAnswer, rememberAnswer } from '../store/idempotency-keys.ts'
import type { ImagesParts } from './parts.ts'
import type { Step } from './steps.ts'

/** How long an answer is remembered, in milliseconds. */
export const rememberedForMs = 24 * 3_600_000

/** A request that is to be carried out once, however often it comes. */
export type Once = {
  /** The caller's word for it: 1 to 255 characters. */
  readonly key: string
  /** Tells it from another request with the same key: a digest of all that it says. */
  readonly fingerprint: string
}

/** How a call is answered: what was made, as text, which may be remembered. */
export type Answering<Made> = { readonly toText: (made: Made) => string; readonly once?: Once | undefined }

const contextOf = (account: Account, { key }: Once): string => `answer ${account.id} ${key}`

/** What puts the answer into the unit that makes what it tells of. */
export const rememberStep = <Made>(
  { clock, sealer }: ImagesParts,
  account: Account,
  { toText, once }: Answering<Made>,
  made: Made,
): readonly Step[] => {
  if (!once) return []
  const now = clock.now()
  const { keyId, bytes } = sealer.seal(Buffer.from(toText(made)), contextOf(account, once))
  const answer = { accountId: account.id, ...once, masterKeyId: keyId, sealed: bytes, createdAt: now }
  return [{ statements: rememberAnswer(answer, now - rememberedForMs), refusedAs: 'key_taken' }]
}

/**
 * The answer that was given to the first request with that key; undefined when there was none.
 * @throws AppError `idempotency_mismatch` when that was another request.
 */
export const earlierAnswer = async (
  { clock, database, sealer }: ImagesParts,
  account: Account,
  once: Once | undefined,
): Promise<string | undefined> => {
  const found = once && (await findAnswer(database, account.id, once.key, clock.now() - rememberedForMs))
  if (!found) return undefined
  if (found.fingerprint !== once.fingerprint)
    throw new AppError(
      'idempotency_mismatch',
      'The Idempotency-Key was used for another request within the last 24 hours; use a new key for each request.',
      { pointer: 'Idempotency-Key' },
    )
  const text = sealer.open({ keyId: found.masterKeyId, bytes: found.sealed }, contextOf(account, once))
  if (!text) throw new Error('No master key opens the answer to an earlier request.')
  return Buffer.from(text).toString('utf8')
}

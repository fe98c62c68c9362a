import { AppError, type ErrorCode } from '../domain/errors.ts'

/**
 * What an error of PostgreSQL means for the one who waits.
 * - `conflict`: a unique key was broken.
 * - `again`: the same work may succeed when it is done anew: a deadlock, or a plan that a migration made stale.
 * - `lost`: the connection is gone, or the server is starting, stopping or full.
 * - `refused`: the server is there and does not let us in: a password, a missing database.
 * - `busy`: a statement or a lock took too long.
 * - `unstorable`: a text holds a character that PostgreSQL cannot keep.
 * - `ours`: anything else is a fault of this program.
 */
export type Fault = 'conflict' | 'again' | 'lost' | 'refused' | 'busy' | 'unstorable' | 'ours'

/** By SQLSTATE, the whole code or its class (the first two characters). */
const faults: Readonly<Record<string, Fault>> = {
  '23505': 'conflict',
  '40001': 'again',
  '40P01': 'again',
  // "cached plan must not change result type": a migration added a column while this process ran.
  '0A000': 'again',
  '08': 'lost',
  '53': 'lost',
  '57P': 'lost',
  // A server that has become a read-only standby.
  '25006': 'lost',
  '25P03': 'lost',
  '28': 'refused',
  '3D': 'refused',
  '57014': 'busy',
  '55P03': 'busy',
  '22021': 'unstorable',
}

/** Codes of the system for a connection that cannot be made or breaks. */
const systemCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ENOENT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
])

/** What `pg` says, without a code, when a connection has ended under a query or could not be made in time. */
const lostPattern = /^Connection terminated|^timeout expired|^Query read timeout|not queryable$/
/** What it says when all connections of the pool were in use for too long. */
const busyPattern = /^timeout exceeded when trying to connect/

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

export const faultOf = (error: unknown): Fault => {
  const code = codeOf(error)
  if (systemCodes.has(code)) return 'lost'
  const known = faults[code] ?? faults[code.slice(0, 3)] ?? faults[code.slice(0, 2)]
  if (known) return known
  if (!(error instanceof Error) || code !== '') return 'ours'
  if (busyPattern.test(error.message)) return 'busy'
  return lostPattern.test(error.message) ? 'lost' : 'ours'
}

/** What is said outside of each fault that is not ours. It names nothing of the inside; the log does. */
const sentences: Readonly<Partial<Record<Fault, readonly [ErrorCode, string]>>> = {
  lost: ['unavailable', 'The database cannot be reached at present; try again in a moment.'],
  refused: [
    'unavailable',
    'The database refuses the connection; the log says why, and --database-url is what to check.',
  ],
  busy: ['unavailable', 'The database is too busy at present; try again in a moment.'],
  again: ['unavailable', 'The database is too busy at present; try again in a moment.'],
  unstorable: ['bad_request', 'A text holds the character U+0000, which cannot be stored; leave it out.'],
}

/** The error that leaves the store: what is not a fault of ours becomes a sentence that HTTP can answer. */
export const toAppError = (error: unknown): unknown => {
  const sentence = error instanceof AppError ? undefined : sentences[faultOf(error)]
  return sentence ? new AppError(...sentence, { cause: error }) : error
}

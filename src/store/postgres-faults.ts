import { AppError } from '../domain/errors.ts'

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

/** What `pg` says, without a code, when a connection has ended under a query or could not be had in time. */
const lostPattern = /^Connection terminated|^timeout (?:expired|exceeded)|^Query read timeout|not queryable$/

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''

export const faultOf = (error: unknown): Fault => {
  const code = codeOf(error)
  if (systemCodes.has(code)) return 'lost'
  const known = faults[code] ?? faults[code.slice(0, 3)] ?? faults[code.slice(0, 2)]
  if (known) return known
  return error instanceof Error && code === '' && lostPattern.test(error.message) ? 'lost' : 'ours'
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message.replace(/\.$/, '') : String(error))

/** The error that leaves the store: what is not a fault of ours becomes a sentence that HTTP can answer. */
export const toAppError = (error: unknown): unknown => {
  if (error instanceof AppError) return error
  switch (faultOf(error)) {
    case 'lost':
      return new AppError('unavailable', 'The database cannot be reached at present; try again in a moment.', {
        cause: error,
      })
    case 'refused':
      return new AppError(
        'unavailable',
        `The database refuses the connection (${reasonOf(error)}); check --database-url.`,
        {
          cause: error,
        },
      )
    case 'busy':
    case 'again':
      return new AppError('unavailable', 'The database is too busy at present; try again in a moment.', {
        cause: error,
      })
    case 'unstorable':
      return new AppError('bad_request', 'A text holds the character U+0000, which cannot be stored; leave it out.', {
        cause: error,
      })
    case 'conflict':
    case 'ours':
      return error
  }
}

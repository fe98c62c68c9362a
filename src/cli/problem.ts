import { styleText } from 'node:util'
import { ConfigError } from '../config/config-error.ts'
import { AppError } from '../domain/errors.ts'
import { printable } from './printable.ts'

/** Errors that already are one sentence with the fix. Those of rooms that load slowly are known by their names. */
const isSentence = (error: Error): boolean =>
  error instanceof ConfigError ||
  error instanceof AppError ||
  ['AnswerError', 'ApiError', 'FolderInUseError', 'SchemaError', 'ListenError'].includes(error.name)

const codeOf = (error: Error): string => ('code' in error && typeof error.code === 'string' ? error.code : '')

/** What the system says, and what to do about it. */
const systemFixes: Readonly<Record<string, string>> = {
  EACCES: 'this user may not do that; choose another folder with --data-dir, or give this user the right',
  EPERM: 'this user may not do that; choose another folder with --data-dir, or give this user the right',
  EROFS: 'the disk is read-only; choose another folder with --data-dir',
  ENOSPC: 'the disk is full; make room, or choose another folder with --data-dir',
  ENOTDIR: 'a part of that path is a file; choose another folder with --data-dir',
  EEXIST: 'something is in the way there; choose another with --data-dir',
  EMFILE: 'too many files are open; raise the limit (ulimit -n)',
}

/** The same of SQLite, by its result codes (sqlite.org/rescode.html). */
const databaseFixes: Readonly<Record<number, string>> = {
  8: 'the files in the data folder are read-only; give this user the right, or choose another folder with --data-dir',
  11: 'it is damaged; put back a copy of the data folder, or choose another with --data-dir',
  13: 'make room on the disk, or choose another folder with --data-dir',
  14: 'its files cannot be made or opened; choose another folder with --data-dir',
  26: 'imagehooks.db in the data folder is no database; put back a copy, or choose another folder with --data-dir',
}

const databaseFix = (error: Error): string | undefined =>
  codeOf(error) === 'ERR_SQLITE_ERROR' && 'errcode' in error && typeof error.errcode === 'number'
    ? // The low byte is the kind, what is above it a shade of it.
      databaseFixes[error.errcode & 0xff]
    : undefined

/** What it happened to. */
const placeOf = (error: Error): string =>
  'path' in error && typeof error.path === 'string' ? error.path : error.message.replace(/\.$/, '')

/**
 * One sentence for a person: what is wrong and what to do. What nobody foresaw is told with its stack, since that is a
 * fault of ours.
 */
export const problemSentence = (error: unknown): string => {
  if (!(error instanceof Error)) return `Something failed without saying why: ${String(error)}.`
  if (isSentence(error)) return printable(error.message)
  const fix = systemFixes[codeOf(error)]
  if (fix) return `${placeOf(error)}: ${fix}.`
  const mend = databaseFix(error)
  if (mend) return `The database says "${error.message}": ${mend}.`
  return `This is a fault of Imagehooks; please report it.\n${error.stack ?? error.message}`
}

/** Tells on the standard error what went wrong; answers the exit code. */
export const reportProblem = (error: unknown): number => {
  process.stderr.write(`${styleText('red', 'error:', { stream: process.stderr })} ${problemSentence(error)}\n`)
  return 1
}

import { DatabaseSync } from 'node:sqlite'

/** The code that SQLite gave its error; undefined for an error of something else. */
export const sqliteErrorCode = (error: unknown): number | undefined =>
  error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : undefined

const sqliteBusy = 5

/**
 * Holds an exclusive transaction on a small database of its own at `path`, in a folder that is there: the system frees
 * it however the process ends. Answers what lets go of it; undefined while another process holds it.
 */
export const lockFile = (path: string): (() => void) | undefined => {
  const lock = new DatabaseSync(path)
  try {
    lock.exec('pragma locking_mode = exclusive; begin exclusive')
  } catch (cause) {
    lock.close()
    if (sqliteErrorCode(cause) !== sqliteBusy) throw cause
    return undefined
  }
  return () => lock.close()
}

import { accessSync, constants, mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { ConfigError } from './config-error.ts'

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'an unknown error'

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  ENAMETOOLONG: 'a name in it is too long',
  ELOOP: 'its links lead in a circle',
}

const reasonOf = (error: unknown): string =>
  reasons[codeOf(error)] ?? `the system takes no folder there (${codeOf(error)})`

const isFolder = (path: string): boolean | undefined => statSync(path, { throwIfNoEntry: false })?.isDirectory()

/** Makes what is missing of a path, one level after the other: Node's own recursion does not end below `/proc`. */
const makeLevels = (folder: string, fix: string): void => {
  const missing: string[] = []
  let path = folder
  for (; isFolder(path) === undefined && dirname(path) !== path; path = dirname(path)) missing.unshift(path)
  if (isFolder(path) === false)
    throw new ConfigError(
      path === folder
        ? `${folder} is a file, not a folder; ${fix}.`
        : `The folder ${folder} cannot be made, since ${path} is a file; ${fix}.`,
    )
  for (const level of missing) {
    try {
      mkdirSync(level, { mode: 0o700 })
    } catch (error) {
      // Somebody else may have made it meanwhile.
      if (codeOf(error) !== 'EEXIST' || isFolder(level) !== true) throw error
    }
  }
}

/**
 * Makes sure that a folder is there and can be written, with all folders above it; new ones are open to their owner
 * alone (mode 0700). `fix` says what the person can do where that cannot be.
 * @throws ConfigError with one sentence when that cannot be.
 */
export const makeFolder = (folder: string, fix = 'choose another with --data-dir'): void => {
  try {
    makeLevels(folder, fix)
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK)
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause
    throw new ConfigError(`The folder ${folder} cannot be used: ${reasonOf(cause)}; ${fix}.`)
  }
}

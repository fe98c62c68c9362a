import { lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'

const prefix = 'imagehooks-run-'

/** A live run makes and removes folders in its own all the time. */
const untouchedMs = 3_600_000

/** A new folder for this run; its name holds the process that will remove it. */
export const makeRunFolder = (parent: string): string => mkdtempSync(join(parent, `${prefix}${process.pid}-`))

const isGone = (processId: number): boolean => {
  try {
    process.kill(processId, 0)
    return false
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH'
  }
}

/** A process in another container is not seen from here, so the folder has to be this user's and still for an hour too. */
const isAbandoned = (path: string): boolean => {
  const found = lstatSync(path, { throwIfNoEntry: false })
  return (
    found !== undefined &&
    found.isDirectory() &&
    (process.platform === 'win32' || found.uid === userInfo().uid) &&
    Date.now() - found.mtimeMs > untouchedMs
  )
}

/** Removes the folders of runs that were killed before they could do it themselves. */
export const sweepRunFolders = (parent: string): void => {
  for (const name of readdirSync(parent)) {
    const processId = name.startsWith(prefix) ? /^(\d+)-/.exec(name.slice(prefix.length))?.[1] : undefined
    if (processId === undefined || !isGone(Number(processId))) continue
    const path = join(parent, name)
    if (isAbandoned(path)) rmSync(path, { recursive: true, force: true, maxRetries: 3 })
  }
}

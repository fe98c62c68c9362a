import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { temporaryPrefix } from './temporary.ts'

const temporaryFolders = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith(temporaryPrefix))

/** Fails the run when a test left a temporary folder behind. Folders of a run beside this one are told apart by TMPDIR. */
export const setup = (): (() => void) => {
  const before = new Set(temporaryFolders())
  return () => {
    const left = temporaryFolders().filter((name) => !before.has(name))
    if (left.length > 0) throw new Error(`Tests left temporary folders behind: ${left.join(', ')}`)
  }
}

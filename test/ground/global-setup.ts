import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { temporaryPrefix } from './temporary.ts'

/**
 * Gives this run a temporary folder of its own, so that runs side by side do not see each other, and fails the run when
 * a test left one of its folders behind.
 */
export const setup = (): (() => void) => {
  const root = mkdtempSync(join(tmpdir(), 'imagehooks-run-'))
  const previous = process.env['TMPDIR']
  process.env['TMPDIR'] = root
  return () => {
    const left = readdirSync(root).filter((name) => name.startsWith(temporaryPrefix))
    rmSync(root, { recursive: true, force: true })
    if (previous === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = previous
    if (left.length > 0) throw new Error(`Tests left temporary folders behind: ${left.join(', ')}`)
  }
}

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** What every temporary folder of the tests is called, so that the leak check can tell them from others. */
export const temporaryPrefix = 'imagehooks-test-'

/** A new temporary folder that the caller removes. */
export const makeTemporaryFolder = (): { path: string; remove(): void } => {
  const path = mkdtempSync(join(tmpdir(), temporaryPrefix))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/** A new temporary folder that is removed when the present test ends, whatever its outcome. */
export const temporaryFolder = (): string => {
  const folder = makeTemporaryFolder()
  onTestFinished(() => folder.remove())
  return folder.path
}

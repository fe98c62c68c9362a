import { mkdtempSync, rmSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'

const keptUntilExit = new Set<() => void>()

/**
 * Runs `giveUp` when this program ends, however it ends short of a SIGKILL; it must do its work at once, without
 * waiting. Answers a function that takes this back.
 */
export const atExit = (giveUp: () => void): (() => void) => {
  keptUntilExit.add(giveUp)
  return () => void keptUntilExit.delete(giveUp)
}

/**
 * Makes Ctrl-C and its kin end the program with the exit code that shells expect, through everything `atExit` was told.
 * Call it once, before anything is started.
 */
export const endOnSignals = (): void => {
  process.on('exit', () => {
    // What was started last is given up first: processes go before the folder they write to.
    for (const giveUp of [...keptUntilExit].toReversed()) giveUp()
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => process.exit(128 + constants.signals[signal]))
  }
}

/** A temporary folder that goes with the program, or earlier by `remove`. */
export const ownFolder = (): { path: string; remove(): void } => {
  const path = mkdtempSync(join(tmpdir(), 'imagehooks-demo-'))
  // A process that was killed a moment ago may still finish a write in there.
  const remove = (): void => rmSync(path, { recursive: true, force: true, maxRetries: 5 })
  const keep = atExit(remove)
  return {
    path,
    remove() {
      keep()
      remove()
    },
  }
}

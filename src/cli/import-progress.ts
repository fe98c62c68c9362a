import { printable } from './printable.ts'
import type { ImportReport } from './import-run.ts'

type Screen = { readonly isTTY?: boolean; readonly columns?: number; write(text: string): unknown }

const doneOf = ({ imported, present, failed }: ImportReport): number => imported + present + failed.length

/** A line each so many images, where nobody watches. */
const plainStep = 100

/** Draws how far an import is: a bar on a terminal, now and then a line elsewhere. `end` clears the bar. */
export const createProgress = (screen: Screen) => {
  const draw = (report: ImportReport, total: number | undefined): void => {
    const done = doneOf(report)
    const words = `${done}${total === undefined ? '' : ` of ${Math.max(total, done)}`} images`
    if (!screen.isTTY) {
      if (done % plainStep === 0) screen.write(`${words}\n`)
      return
    }
    const room = Math.min(40, (screen.columns ?? 80) - words.length - 4)
    const filled = total ? Math.min(room, Math.floor((room * done) / total)) : 0
    const bar = total && room > 4 ? `${'█'.repeat(filled)}${'░'.repeat(room - filled)} ` : ''
    screen.write(`\r\x1b[K${bar}${words}`)
  }
  return {
    draw,
    end(): void {
      if (screen.isTTY) screen.write('\r\x1b[K')
    },
  }
}

/** What came of it, for a person: the counts, then each failure with its mend. */
export const importSummary = ({ imported, present, variants, keys, failed }: ImportReport): string => {
  const counts = `Imported ${imported} images; ${present} were there already; ${variants} variants and ${keys} signing keys are as at the source.`
  const failures = failed.map(({ id, problem, fix }) => `  ${printable(id)}: ${printable(problem)}\n    → ${fix}`)
  return failed.length === 0 ? counts : `${counts}\n${failed.length} did not come over:\n${failures.join('\n')}`
}

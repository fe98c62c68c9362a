import type { ImportReport } from './import-run.ts'
import { printable } from './printable.ts'
import { createBar, type Screen } from './progress-bar.ts'

const doneOf = ({ imported, present, failed }: ImportReport): number => imported + present + failed.length

/** Draws how far an import is: a bar on a terminal, now and then a line elsewhere. `end` clears the bar. */
export const createProgress = (screen: Screen, now: () => number) => {
  const bar = createBar(screen, now)
  return {
    draw(report: ImportReport, total: number | undefined): void {
      const wrong = report.failed.length === 0 ? '' : `${report.failed.length} failed`
      bar.draw({ done: doneOf(report), total, what: 'images', wrong })
    },
    end: bar.end,
  }
}

/** What came of it, for a person: the counts, then each failure with its mend. */
export const importSummary = ({ imported, present, variants, keys, failed }: ImportReport): string => {
  const counts = `Imported ${imported} images; ${present} were there already; ${variants} variants and ${keys} signing keys are as at the source.`
  const failures = failed.map(({ id, problem, fix }) => `  ${printable(id)}: ${printable(problem)}\n    → ${fix}`)
  return failed.length === 0 ? counts : `${counts}\n${failed.length} did not come over:\n${failures.join('\n')}`
}

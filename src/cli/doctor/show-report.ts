import { printJson } from '../table.ts'
import { exitCodeOf, type Report } from './finding.ts'
import { reportLines, reportView } from './report-lines.ts'

/** How the findings of every examination are told. */
export type ReportOptions = { readonly json?: boolean; readonly strict?: boolean }

/** Prints a report and sets the exit code. */
export const showReport = (report: Report, { json = false, strict = false }: ReportOptions): void => {
  process.exitCode = exitCodeOf(report, strict)
  if (json) return printJson(reportView(report))
  const { isTTY, columns } = process.stdout
  for (const line of reportLines(report, isTTY ? { columns } : {})) console.log(line)
}

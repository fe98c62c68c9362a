import { styleText } from 'node:util'
import Table from 'cli-table3'
import type { Finding } from './scenario.ts'

export type Found = {
  readonly driver: 'sqlite' | 'postgres'
  readonly key: string
  readonly seconds: number
  readonly finding: Finding
}

/** Says what runs at present, where somebody looks on. */
export const status = (text: string, silent: boolean): void => {
  if (process.stderr.isTTY && !silent) process.stderr.write(`\r\u001b[K${text}`)
}

/** Says what has run, where nobody looks on. */
export const told = (text: string): void => {
  if (!process.stderr.isTTY) process.stderr.write(`${text}\n`)
}

/** In a word, whether a figure is what it must be; empty where nothing is asked. */
export const verdictOf = ({ reached }: Finding): string => (reached === undefined ? '' : reached ? 'ok' : 'missed')

const coloured = (finding: Finding): string =>
  styleText(finding.reached ? 'green' : 'red', verdictOf(finding), { stream: process.stdout })

/** A table for each driver, in colours on a terminal, and the charts under it. */
export const showFindings = (all: readonly Found[]): void => {
  for (const driver of ['sqlite', 'postgres'] as const) {
    const mine = all.filter((found) => found.driver === driver)
    if (mine.length === 0) continue
    const table = new Table({
      head: [driver, 'what', 'measured', 'beside', 'target', ''],
      colWidths: [10, 50, 16, 30, 30, 8],
      wordWrap: true,
      ...(process.stdout.isTTY ? {} : { style: { head: [], border: [] } }),
    })
    for (const { key, finding } of mine)
      table.push([key, finding.what, finding.measured, finding.beside, finding.target, coloured(finding)])
    process.stdout.write(`${table.toString()}\n`)
    for (const { key, finding } of mine) if (finding.chart) process.stdout.write(`${key} ${finding.chart}\n`)
  }
}

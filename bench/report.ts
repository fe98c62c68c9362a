import { readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
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

const verdictOf = ({ reached }: Finding): string => (reached === undefined ? '' : reached ? 'ok' : 'missed')

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

const page = new URL('../docs/benchmarks.md', import.meta.url)
const [from, to] = ['<!-- figures: npm run bench -- --write -->', '<!-- end of figures -->']

/** Puts the figures into the page, in place of those that stand there. */
export const writeFindings = (all: readonly Found[], quick: boolean): void => {
  const text = readFileSync(page, 'utf8')
  const [before, rest = ''] = text.split(from)
  const [, after = ''] = rest.split(to)
  const date = new Date().toISOString().slice(0, 10)
  const rows = all.map(({ driver, key, finding: { what, measured, beside, target, ...finding } }) =>
    [key, driver, what, measured, beside, target, verdictOf({ what, measured, beside, target, ...finding })]
      .map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' '))
      .join(' | '),
  )
  const charts = all.flatMap(({ key, driver, finding }) =>
    finding.chart ? [`${key}, ${driver}: ${finding.chart}`] : [],
  )
  const figures = [
    `Taken on ${date}, ${availableParallelism()} cores, Node ${process.versions.node}${quick ? ', a quick look' : ''}.`,
    '',
    '| | driver | what | measured | beside | target | |',
    '|---|---|---|---|---|---|---|',
    ...rows.map((row) => `| ${row} |`),
    ...charts.flatMap((chart) => ['', '```text', chart, '```']),
  ].join('\n')
  writeFileSync(page, `${before}${from}\n\n${figures}\n\n${to}${after}`)
}

import Table from 'cli-table3'
import type { KillProgress } from './kill-run.ts'
import type { Ledger } from './ledger.ts'
import { isWhole, type Life, type Summary, summarise } from './life.ts'
import { paint } from './screen.ts'
import { cut, flow, harmless, widthOf } from './text.ts'

const heads = ['upload ms', 'webhook ms', 'attempts', 'D1 row', 'queue job']

/** Columns of a terminal that the table needs beside the names: heads, two spaces around each, and borders. */
const besideNames = heads.reduce((sum, head) => sum + head.length + 3, 0) + 6

/** What a refusal may fill: the columns after the name, without the outer spaces. */
const refusalWidth = heads.reduce((sum, head) => sum + head.length + 3, 0) - 3

/** An empty table. */
export const newTable = (head: readonly string[], aligns: ('left' | 'center' | 'right')[]): Table.Table =>
  new Table({
    head: head.map((text) => paint('title', text)),
    colAligns: aligns,
    // Colours are ours, so that NO_COLOR holds for the whole table.
    style: { head: [], border: [] },
  })

/** The lines of a table; between the rows there are none, but one below the head. */
export const linesOf = (table: Table.Table): string[] =>
  table
    .toString()
    .split('\n')
    .filter((line, index) => !line.startsWith('├') || (table.options.head.length > 0 && index === 2))
    .map((line) => `  ${line}`)

const mark = (isThere: boolean): string => (isThere ? paint('good', '✓') : paint('bad', '✗'))

const wholeMs = (ms: number | undefined): string => (ms === undefined ? paint('bad', '–') : String(Math.round(ms)))

const cells = ({ uploadMs, webhookMs, attemptCount, hasRow, hasJob }: Summary): string[] => [
  wholeMs(uploadMs),
  wholeMs(webhookMs),
  String(attemptCount),
  mark(hasRow),
  mark(hasJob),
]

const redLines = (sentence: string, width: number): string[] =>
  flow(harmless(sentence).split(' '), width).map((line) => paint('bad', line))

/** Where a table does not fit, each image gets a few short lines. */
const listLives = (lives: readonly Life[], columns: number): string[] =>
  lives.flatMap((life) => {
    const summary = summarise(life)
    const values = cells(summary)
    const facts = summary.refusal
      ? redLines(summary.refusal, columns - 6)
      : flow(
          heads.map((head, index) => `${head} ${values[index]}${index < heads.length - 1 ? ',' : ''}`),
          columns - 6,
        )
    return [`  ${mark(isWhole(life))} ${cut(life.filename, columns - 4)}`, ...facts.map((line) => `      ${line}`)]
  })

/** The closing table of the demo, or a list on a terminal too narrow for it. */
export const tableOfLives = (lives: readonly Life[], columns: number): string[] => {
  const nameWidth = Math.min(columns - besideNames, Math.max(...lives.map(({ filename }) => widthOf(filename)), 5))
  if (nameWidth < 8 && columns < besideNames + 8) return listLives(lives, columns)
  const table = newTable(['image', ...heads], ['left', 'right', 'right', 'right', 'center', 'center'])
  for (const life of lives) {
    const summary = summarise(life)
    const name = cut(life.filename, nameWidth)
    if (summary.refusal === undefined) table.push([name, ...cells(summary)])
    else
      table.push([
        name,
        {
          colSpan: heads.length,
          hAlign: 'left',
          content: redLines(`refused: ${summary.refusal}`, refusalWidth).join('\n'),
        },
      ])
  }
  return linesOf(table)
}

/** A count that is bad news unless it is zero. */
export const shouldBeZero = (count: number): string => paint(count === 0 ? 'good' : 'bad', String(count))

/** The ledger of the kill run. */
export const tableOfLedger = (ledger: Ledger, { brokenCount, killCount }: KillProgress): string[] => {
  const table = newTable([], ['left', 'right'])
  table.push(
    ['acknowledged uploads', String(ledger.acknowledgedCount)],
    ['received by the application', String(ledger.receivedCount)],
    [paint('title', 'lost'), shouldBeZero(ledger.lost.length)],
    ['received twice (duplicates)', String(ledger.duplicateCount)],
    ['uploads broken by a kill', String(brokenCount)],
    ['… of these arrived all the same', String(ledger.unacknowledgedCount)],
    ['repeated with another body', shouldBeZero(ledger.alteredCount)],
    ['wrongly signed', shouldBeZero(ledger.forgedCount)],
    ['kill -9', String(killCount)],
  )
  return linesOf(table)
}

import { styleText } from 'node:util'
import { printable } from './printable.ts'

/** One column: its title, and what stands in it for a row. */
export type Column<Row> = { readonly title: string; readonly of: (row: Row) => string | number | null }

const textIn = <Row>({ of }: Column<Row>, row: Row): string => printable(String(of(row) ?? '–'))

/** How many characters each column gets, so that all fit: the widest give way first, to eight at least. */
const fitted = (natural: readonly number[], room: number): number[] => {
  const widths = [...natural]
  for (let over = widths.reduce((sum, width) => sum + width, 0) - room; over > 0; over--) {
    const widest = widths.indexOf(Math.max(...widths))
    if ((widths[widest] ?? 0) <= 8) break
    widths[widest] = (widths[widest] ?? 0) - 1
  }
  return widths
}

/**
 * Rows for a person, cut to the width of the terminal, or for a program: where the output is no terminal, whole values
 * between tabs, without titles.
 */
export const printTable = async <Row>(rows: readonly Row[], columns: readonly Column<Row>[]): Promise<void> => {
  const cells = rows.map((row) => columns.map((column) => textIn(column, row)))
  if (!process.stdout.isTTY) {
    for (const texts of cells) console.log(texts.join('\t'))
    return
  }
  const { default: Table } = await import('cli-table3')
  const natural = columns.map(
    ({ title }, at) => 2 + Math.max(title.length, ...cells.map((texts) => texts[at]?.length ?? 0)),
  )
  const none = Object.fromEntries(
    [
      'top',
      'top-mid',
      'top-left',
      'top-right',
      'bottom',
      'bottom-mid',
      'bottom-left',
      'bottom-right',
      'left',
      'left-mid',
      'mid',
      'mid-mid',
      'right',
      'right-mid',
      'middle',
    ].map((name) => [name, '']),
  )
  const table = new Table({
    head: columns.map(({ title }) => styleText('bold', title)),
    colWidths: fitted(natural, process.stdout.columns),
    chars: none,
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 2 },
  })
  table.push(...cells)
  console.log(table.toString())
}

export const printJson = (value: unknown): void => console.log(JSON.stringify(value, null, 2))

import { styleText } from 'node:util'
import { pale, type Style } from './colours.ts'
import { remark } from './remark.ts'
import { printable } from './printable.ts'

/** One column: its title, and what stands in it for a row. */
export type Column<Row> = {
  readonly title: string
  readonly of: (row: Row) => string | number | null
  /** How a terminal shows it, where that is not the value itself. */
  readonly shown?: (row: Row) => string
  /** How it looks on a terminal. */
  readonly style?: (row: Row) => Style
  /** Never cut: what people copy. */
  readonly whole?: boolean
}

/** Where a table is printed. */
export type TableScreen = { readonly isTTY?: boolean; readonly columns?: number; write(text: string): unknown }

/** Rows that may come page by page; the first page decides how wide the columns are. */
export type Table<Row> = { print(rows: readonly Row[]): Promise<void> }

const none = '–'
/** A column that is cut to less says nothing; then a row takes two lines. */
const leastWidth = 14
const leastInCard = 4
const gap = 2

const valueIn = <Row>({ of }: Column<Row>, row: Row): string => printable(String(of(row) ?? none))

const textIn = <Row>(column: Column<Row>, row: Row): string =>
  column.shown ? printable(column.shown(row)) : valueIn(column, row)

const styled = <Row>(column: Column<Row>, row: Row, text: string): string =>
  column.style ? styleText(column.style(row), text) : text

type Wish = { readonly natural: number; readonly whole: boolean }

/** How many characters each column gets, so that all fit: the widest give way first. Undefined when they cannot. */
export const fitted = (wishes: readonly Wish[], room: number): readonly number[] | undefined => {
  const widths = wishes.map(({ natural }) => natural)
  for (let over = widths.reduce((sum, width) => sum + width, 0) - room; over > 0; over--) {
    const most = Math.max(...widths.filter((_, at) => wishes[at]?.whole === false), 0)
    if (most <= leastWidth + gap) return undefined
    widths[widths.findIndex((width, at) => width === most && wishes[at]?.whole === false)] = most - 1
  }
  return widths
}

/** As much of a text as fits, with an ellipsis where something is missing. */
export const cut = (text: string, room: number, widthOf: (text: string) => number): string => {
  if (widthOf(text) <= room) return text
  let kept = ''
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    if (widthOf(kept + segment) >= room) break
    kept += segment
  }
  return `${kept}…`
}

/** Without lines, and with the gap behind each cell. */
const plainFrame = Object.fromEntries(
  ['top', 'bottom', 'left', 'right', 'mid', 'middle']
    .flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`])
    .map((name) => [name, '']),
)

/**
 * Rows for a person, cut to the width of the terminal, or for a program: where the output is no terminal, whole values
 * between tabs, without titles. Where a terminal is too narrow for columns, a row takes two lines.
 */
export const createTable = <Row>(columns: readonly Column<Row>[], screen: TableScreen = process.stdout): Table<Row> => {
  let layout: readonly number[] | 'cards' | undefined

  const printCards = (rows: readonly Row[], room: number, widthOf: (text: string) => number): void => {
    for (const row of rows) {
      const whole = columns.filter((column) => column.whole).map((column) => textIn(column, row))
      screen.write(`${whole.join('  ')}\n`)
      let left = room - gap
      const parts: string[] = []
      for (const column of columns.filter((each) => !each.whole)) {
        const text = textIn(column, row)
        if (text === '' || text === none || left < leastInCard) continue
        const shown = cut(text, left, widthOf)
        parts.push(styled(column, row, shown))
        left -= widthOf(shown) + gap
      }
      screen.write(`  ${parts.join('  ')}\n`)
    }
  }

  return {
    async print(rows) {
      if (rows.length === 0) return
      if (!screen.isTTY) {
        for (const row of rows) screen.write(`${columns.map((column) => valueIn(column, row)).join('\t')}\n`)
        return
      }
      const { default: widthOf } = await import('string-width')
      const room = screen.columns ?? 80
      const cells = rows.map((row) => columns.map((column) => textIn(column, row)))
      const isFirst = layout === undefined
      layout ??=
        fitted(
          columns.map(({ title, whole = false }, at) => ({
            natural: gap + Math.max(title.length, ...cells.map((texts) => widthOf(texts[at] ?? ''))),
            whole,
          })),
          room + gap,
        ) ?? 'cards'
      if (layout === 'cards') return printCards(rows, room, widthOf)
      const { default: Cells } = await import('cli-table3')
      const table = new Cells({
        head: isFirst ? columns.map(({ title }) => pale(title)) : [],
        colWidths: [...layout],
        chars: plainFrame,
        style: { head: [], border: [], 'padding-left': 0, 'padding-right': gap },
      })
      for (const row of rows) table.push(columns.map((column) => styled(column, row, textIn(column, row))))
      // The gap behind the last column is nothing.
      screen.write(`${table.toString().replaceAll(/ +$/gm, '')}\n`)
    },
  }
}

/** All rows at once; where there are none, a terminal is told so. */
export const printTable = async <Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  whenEmpty?: string,
): Promise<void> => {
  if (rows.length === 0 && whenEmpty !== undefined) remark(whenEmpty)
  await createTable(columns).print(rows)
}

export const printJson = (value: unknown): void => console.log(JSON.stringify(value, null, 2))

/** One object a line, for lists that go on. */
export const printJsonLine = (value: unknown): void => console.log(JSON.stringify(value))

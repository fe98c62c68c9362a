import type { Command } from 'commander'
import { type Column, createTable, printJson, printJsonLine } from '../table.ts'
import { readCount } from '../read-flags.ts'
import { remark } from '../remark.ts'

export type PageOptions = {
  readonly json?: boolean
  readonly perPage?: string
  readonly continueFrom?: string
  readonly all?: boolean
}

/** Gives a list the flags of its pages. */
export const addPageOptions = (command: Command, most: number): Command =>
  command
    .option('--per-page <number>', `how many on a page, up to ${most} (default 50; with --all as many as there may be)`)
    .option('--continue-from <token>', 'go on behind an earlier page, with the token that it ended with')
    .option('--all', 'every page; with --json one object a line')

/** One page of a list as the API answers it. */
export type Page<Row> = { readonly rows: readonly Row[]; readonly token: string | null; readonly answer: unknown }

export type PagedList<Row> = {
  readonly columns: readonly Column<Row>[]
  /** The most that a page may hold. */
  readonly most: number
  readonly whenEmpty: string
  readonly read: (page: { readonly per_page: string; readonly continuation_token?: string }) => Promise<Page<Row>>
}

/** Prints one page of a list, or all of them, each as it comes. */
export const printPages = async <Row>(list: PagedList<Row>, options: PageOptions): Promise<void> => {
  const perPage = options.perPage ?? (options.all ? String(list.most) : '50')
  readCount('--per-page', perPage, 1, list.most)
  const table = createTable(list.columns)
  let token = options.continueFrom
  let count = 0
  do {
    const page = await list.read({ per_page: perPage, ...(token !== undefined && { continuation_token: token }) })
    count += page.rows.length
    if (options.json && !options.all) return printJson(page.answer)
    if (options.json) for (const row of page.rows) printJsonLine(row)
    else await table.print(page.rows)
    token = page.token ?? undefined
  } while (options.all && token !== undefined)
  if (options.json) return
  if (token !== undefined) {
    remark('There are more: --all shows every one, and this the next page:')
    remark(`--continue-from=${token}`)
  }
  if (token === undefined && count === 0) remark(list.whenEmpty)
}

import { pale } from './colours.ts'
import { labelled } from './labelled.ts'
import { printable } from './printable.ts'

const fewLines = 20

/**
 * Prints somebody else's text below a title, line by line, so that it cannot move the cursor; nothing where it is empty.
 * A long one is cut on a terminal unless `whole`.
 */
export const printText = (title: string, text: string, { whole }: { readonly whole: boolean }): void => {
  if (text === '') return
  const lines = text.replace(/\n$/, '').split(/\r?\n/)
  const shown = whole || !process.stdout.isTTY ? lines : lines.slice(0, fewLines)
  console.log(`\n${pale(title)}`)
  for (const line of shown) console.log(`  ${printable(line)}`)
  if (shown.length < lines.length)
    console.log(pale(`  … and ${lines.length - shown.length} lines more; --full shows all.`))
}

/** Prints sentences for people, broken between words where they go to a terminal. */
export const printSentences = (text: string): void => {
  const columns = process.stdout.isTTY ? process.stdout.columns : undefined
  for (const line of labelled('', 0, printable(text), { columns })) console.log(line)
}

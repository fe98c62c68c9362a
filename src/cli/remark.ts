import { styleText } from 'node:util'
import { labelled } from './labelled.ts'
import { printable } from './printable.ts'

/** A word beside the answer, for a person who looks at a terminal; programs do not get it. */
export const remark = (sentence: string): void => {
  const { isTTY, columns } = process.stderr
  if (!isTTY) return
  // What has no spaces is copied, and so is never broken.
  const lines = sentence.includes(' ') ? labelled('', 0, sentence, { columns }) : [sentence]
  for (const line of lines) process.stderr.write(`${styleText('gray', line, { stream: process.stderr })}\n`)
}

/** What stands in the way for now, for whoever looks or reads the log later. */
export const warn = (sentence: string): void => {
  const { isTTY, columns } = process.stderr
  for (const line of labelled('', 0, printable(sentence), { columns: isTTY ? columns : undefined }))
    process.stderr.write(`${styleText('yellow', line, { stream: process.stderr })}\n`)
}

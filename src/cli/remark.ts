import { styleText } from 'node:util'

/** A word beside the answer, for a person who looks at a terminal; programs do not get it. */
export const remark = (sentence: string): void => {
  if (process.stderr.isTTY) process.stderr.write(`${styleText('gray', sentence, { stream: process.stderr })}\n`)
}

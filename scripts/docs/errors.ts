import { errorHelp } from '../../src/http/error-help.ts'
import { wireOf } from '../../src/http/errors.ts'
import type { ErrorCode } from '../../src/domain/errors.ts'
import { cell, table } from './markdown.ts'

const isErrorCode = (word: string): word is ErrorCode => word in errorHelp

/** Every failure of the API with its cause and its mend, by Cloudflare's number. */
export const errorsPage = (): string => {
  const rows = Object.keys(errorHelp)
    .filter(isErrorCode)
    .map((word) => ({ word, status: wireOf(word).status, number: wireOf(word).code, ...errorHelp[word] }))
    .toSorted((a, b) => a.number - b.number || a.word.localeCompare(b.word, 'en'))
  return `# Errors

Made by \`npm run docs\` from the table that answers them. Every failure of the API is
\`{ "result": null, "success": false, "errors": [{ "code", "message" }], "messages": [] }\` with a status of 4xx or 5xx. The
message names the field and the fix; \`source.pointer\` says where it stands. Numbers from 5470 on are this server's own. What
image URLs answer stands in [serving.md](serving.md).

${table(
  ['number', 'status', 'word', 'what happened', 'how to mend it'],
  rows.map(({ word, number, status, cause, mend }) => [
    String(number),
    String(status),
    `\`${word}\``,
    cell(cause),
    cell(mend),
  ]),
)}`
}

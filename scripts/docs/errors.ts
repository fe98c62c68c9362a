import { errorHelp } from '../../src/http/error-help.ts'
import { internalError, wireOf } from '../../src/http/errors.ts'
import type { ErrorCode } from '../../src/domain/errors.ts'
import { cell, table } from './markdown.ts'

/** What is no word of ours: it tells of no call. */
const others = [
  {
    number: 6003,
    status: 400,
    word: '',
    cause:
      'A header of the request cannot be what it should be; `error_chain` says which: 6103 `X-Auth-Key`, 6111 `Authorization`.',
    mend: 'Send `Authorization: Bearer <token>`, the token as it was shown.',
  },
  {
    number: internalError.problem.code,
    status: internalError.status,
    word: '',
    cause: 'A failure of the server itself.',
    mend: 'Look into its log, which says why; a repeated request may be answered.',
  },
] as const

const isErrorCode = (word: string): word is ErrorCode => word in errorHelp

/** Every failure of the API with its cause and its mend, by Cloudflare's number. */
export const errorsPage = (): string => {
  const known = Object.keys(errorHelp)
    .filter(isErrorCode)
    .map((word) => ({ word, status: wireOf(word).status, number: wireOf(word).code, ...errorHelp[word] }))
  const rows = [...known, ...others].toSorted((a, b) => a.number - b.number || a.word.localeCompare(b.word, 'en'))
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
    word === '' ? '' : `\`${word}\``,
    cell(cause),
    cell(mend),
  ]),
)}`
}

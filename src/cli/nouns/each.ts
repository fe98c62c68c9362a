import { styleText } from 'node:util'
import { ApiError } from '../../client/api-error.ts'
import { printable } from '../printable.ts'
import { printJsonLine } from '../table.ts'

/** Refusals that the next one would meet as well: no answer, and a token that does not open. */
export const endsAll = ({ status, code }: ApiError): boolean => status === 0 || status === 401 || code === 10_000

/**
 * Does the same to each id, one after the other, and tells of each; one that is refused stops none of the others. Exit
 * code 1 where any was.
 */
export const forEachId = async <Result>(
  ids: readonly string[],
  { json }: { readonly json?: boolean },
  work: (id: string) => Promise<Result>,
  tell: {
    /** Undefined where there is nothing to tell. */
    readonly text: (id: string, result: Result) => string | undefined
    readonly json: (id: string, result: Result) => unknown
  },
): Promise<void> => {
  for (const id of ids) {
    try {
      const result = await work(id)
      if (json) printJsonLine(tell.json(id, result))
      const text = json ? undefined : tell.text(printable(id), result)
      if (text !== undefined) console.log(text)
    } catch (error) {
      if (!(error instanceof ApiError) || endsAll(error) || ids.length === 1) throw error
      process.exitCode = 1
      if (json) printJsonLine({ id, error: { status: error.status, code: error.code, message: error.message } })
      else {
        const mark = styleText('red', 'error:', { stream: process.stderr })
        process.stderr.write(`${mark} ${printable(id)}: ${printable(error.message)}\n`)
      }
    }
  }
}

import type { Client } from '../client/client.ts'
import { AnswerError } from '../client/read.ts'

/** What of an answer is text of several lines. */
const multiline: ReadonlySet<string> = new Set(['body', 'response_body', 'explanation'])

/** As `printable`, with the line ends and tabs left in. */
const legibleText = (text: string): string =>
  text.replaceAll('\r\n', '\n').replaceAll(/[^\P{Cc}\n\t]|[\p{Cf}\p{Zl}\p{Zp}]/gu, ' ')

const legibleLine = (text: string): string => legibleText(text).replaceAll(/[\n\t]/g, ' ')

const legible = (value: unknown, name: string): unknown => {
  if (typeof value === 'string') return multiline.has(name) ? legibleText(value) : legibleLine(value)
  if (Array.isArray(value)) return value.map((each) => legible(each, name))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [legibleLine(key), legible(each, key)]))
}

/**
 * A client whose answers a person can be shown: whatever a server, or those who upload to it, put into a field, it moves
 * no cursor, changes no colour and begins no line of its own. What is printed is so safe in every place, and `printable`
 * the second lock.
 */
export const legibleClient = (client: Client): Client => ({
  ...client,
  // Texts stay texts where they stand, and nothing else is touched.
  call: async (name, input) => legible(await client.call(name, input), '') as Awaited<ReturnType<typeof client.call>>,
  explain: async (id) => legibleText(await client.explain(id)),
  async *readFeed(query) {
    for await (const { cursor, event } of client.readFeed(query))
      yield { cursor, ...(event && { event: legible(event, '') as typeof event }) }
  },
})

/** Faults of a program that read what it did not expect. */
const isMisread = (error: unknown): error is Error =>
  error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError

/** Says of an answer that has another form than this version knows what it probably is. */
export const asMisread = (error: unknown, server: string): unknown =>
  isMisread(error)
    ? new AnswerError(
        `What ${server} answered is not what this command understands (${error.message}); it may be another version, or no Imagehooks at all.`,
        { cause: error },
      )
    : error

import type { Cause, Form } from './cause.ts'
import { rewritings } from './rewritings.ts'

type Bytes = Uint8Array<ArrayBuffer>

const utf8 = (text: string): Bytes => new TextEncoder().encode(text)

/** The text of bytes; undefined where they are no UTF-8. */
const textOf = (bytes: Bytes): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}

const lineEnd = (what: string): Cause => ({
  name: 'body-line-end',
  what,
  fix: 'Keep the body in binary: curl --data-binary @file, printf instead of echo, and no editor that ends the last line.',
})

const lineEnds = (what: string): Cause => ({
  name: 'body-line-ends',
  what,
  fix: 'Keep the body in binary: no text mode on the way, no git autocrlf for recorded bodies.',
})

const mark = (what: string): Cause => ({
  name: 'body-bom',
  what,
  fix: 'Read bytes, not text: request.text() takes a byte order mark away, and editors of Windows add one.',
})

const ends = ['\r\n', '\n', '\r'] as const

const endNames: Readonly<Record<string, string>> = { '\r\n': 'CR LF', '\n': 'LF', '\r': 'CR' }

const textForms = (text: string): Form<string>[] => [
  ...ends
    .filter((end) => text.endsWith(end))
    .map((end) => ({
      value: text.slice(0, -end.length),
      cause: lineEnd(`A line end (${endNames[end]}) was added at the end of the body.`),
    })),
  ...ends.map((end) => ({
    value: `${text}${end}`,
    cause: lineEnd(`The line end (${endNames[end]}) at the end of the body was lost.`),
  })),
  { value: text.replaceAll('\r\n', '\n'), cause: lineEnds('The line ends became CR LF; LF was signed.') },
  { value: text.replaceAll(/\r?\n/g, '\r\n'), cause: lineEnds('The line ends became LF; CR LF was signed.') },
  { value: text.replace(/^\ufeff/, ''), cause: mark('A byte order mark was added at the beginning of the body.') },
  { value: `\ufeff${text}`, cause: mark('The byte order mark at the beginning of the body was lost.') },
  { value: text.trim(), cause: lineEnd('White space was added around the body.') },
]

/** What was read as Latin-1 and written as UTF-8 has each byte above 127 as two. */
const latin1Form = (text: string): Form<Bytes>[] =>
  /[\u0080-\u00ff]/.test(text) && !/[\u0100-\uffff]/.test(text)
    ? [
        {
          value: new Uint8Array(Buffer.from(text, 'latin1')),
          cause: {
            name: 'body-charset',
            what: 'The body was read as Latin-1 and written as UTF-8.',
            fix: 'Read bytes, not text, or decode them as UTF-8.',
          },
        },
      ]
    : []

const otherForms = (others: readonly { readonly name: string; readonly bytes: Bytes }[]): Form<Bytes>[] =>
  others.map(({ name, bytes }) => ({
    value: bytes,
    cause: {
      name: 'other-delivery',
      what: `The headers are of another delivery: they belong to the body in ${name}.`,
      fix: 'Record the headers and the body of one request together.',
    },
  }))

/**
 * The body as it was given, then every other form in which it may have been signed, each once. Bounded: some thirty, each
 * about as long as the body.
 */
export const bodyForms = (
  body: Bytes,
  others: readonly { readonly name: string; readonly bytes: Bytes }[] = [],
): readonly Form<Bytes>[] => {
  const text = textOf(body)
  const forms: Form<Bytes>[] = [
    { value: body },
    ...otherForms(others),
    ...(text === undefined
      ? []
      : [
          ...textForms(text).map(({ value, ...rest }) => ({ value: utf8(value), ...rest })),
          ...rewritings(text),
          ...latin1Form(text),
        ]),
  ]
  const seen = new Set<string>()
  return forms.filter(({ value }) => {
    const key = Buffer.from(value).toString('latin1')
    const isNew = !seen.has(key)
    seen.add(key)
    return isNew
  })
}

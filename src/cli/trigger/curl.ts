import type { SignedEvent } from './sign-event.ts'

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`

/** The same request as a command for a POSIX shell, to be pasted as it is. */
export const curlOf = (url: URL, { headers, body }: SignedEvent): string =>
  [
    `curl --request POST ${quoted(url.href)}`,
    ...Object.entries(headers).map(([name, value]) => `--header ${quoted(`${name}: ${value}`)}`),
    `--data-binary ${quoted(Buffer.from(body).toString('utf8'))}`,
  ].join(' \\\n  ')

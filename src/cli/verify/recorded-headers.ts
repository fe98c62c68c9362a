import type { HeaderSource } from '@imagehooks/receiver/verify'

/** Headers as they were recorded, names in lower case; one that came several times is joined as HTTP joins it. */
export type RecordedHeaders = ReadonlyMap<string, string>

/** A recorded request: its headers, and its body where that follows them. */
export type Recording = {
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Uint8Array<ArrayBuffer> | undefined
}

export const joined = (pairs: readonly (readonly [name: string, value: string])[]): RecordedHeaders => {
  const headers = new Map<string, string>()
  for (const [name, value] of pairs) {
    const before = headers.get(name)
    headers.set(name, before === undefined ? value : `${before}, ${value}`)
  }
  return headers
}

export const headerSource = (headers: RecordedHeaders): HeaderSource => ({ get: (name) => headers.get(name) ?? null })

/** `Name: value`; undefined for a line that is none, such as `POST / HTTP/1.1`. */
export const readHeaderLine = (line: string): readonly [name: string, value: string] | undefined => {
  // `curl -v` writes `> ` before what it sends and `< ` before what it gets.
  const [, name = '', value = ''] = /^(?:[<>*] )?([!#$%&'*+\-.^_`|~\w]+)\s*:\s*(.*?)\s*$/.exec(line) ?? []
  return name === '' ? undefined : [name.toLowerCase(), value]
}

const isPair = (value: unknown): value is readonly [string, unknown] =>
  Array.isArray(value) && value.length === 2 && typeof value[0] === 'string'

/** Headers as programs log them: an object of names and values, or a list of pairs. */
const readJson = (text: string): Recording['headers'] | undefined => {
  if (!/^\s*[[{]/.test(text)) return undefined
  try {
    const value: unknown = JSON.parse(text)
    const entries: readonly unknown[] = Array.isArray(value) ? value : Object.entries(Object(value))
    return entries.filter(isPair).map(([name, content]) => [name.toLowerCase(), String(content)])
  } catch {
    return undefined
  }
}

const lineFeed = 10
const carriageReturn = 13

/** Where an empty line ends the headers: their end, and where the body begins. */
const findBlankLine = (bytes: Uint8Array): { readonly end: number; readonly bodyAt: number } | undefined => {
  for (let at = bytes.indexOf(lineFeed); at >= 0; at = bytes.indexOf(lineFeed, at + 1)) {
    if (bytes[at + 1] === lineFeed) return { end: at, bodyAt: at + 2 }
    if (bytes[at + 1] === carriageReturn && bytes[at + 2] === lineFeed) return { end: at, bodyAt: at + 3 }
  }
  return undefined
}

/**
 * Reads headers as `curl -D`, `curl -v` and recorded requests show them, or as JSON. What follows an empty line is the
 * body, byte for byte.
 */
export const readRecording = (bytes: Uint8Array<ArrayBuffer>): Recording => {
  const whole = new TextDecoder().decode(bytes)
  const asJson = readJson(whole)
  if (asJson) return { headers: asJson, body: undefined }
  const blank = findBlankLine(bytes)
  const head = blank ? new TextDecoder().decode(bytes.subarray(0, blank.end)) : whole
  const lines = head.split(/\r?\n/)
  // Of what `curl -v` shows, the request is what was signed.
  const sent = lines.filter((line) => line.startsWith('> '))
  const rest = blank && bytes.slice(blank.bodyAt)
  return {
    headers: (sent.length > 0 ? sent : lines).flatMap((line) => {
      const header = readHeaderLine(line)
      return header ? [header] : []
    }),
    body: rest && rest.length > 0 ? rest : undefined,
  }
}

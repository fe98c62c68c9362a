/** A piece of JSON, and what it is: the name of a field, a text, another value, or what stands between. */
export type JsonPiece = readonly [kind: 'name' | 'text' | 'value' | 'between', text: string]

const pieces = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

/** JSON with its lines apart; undefined where the text is none. */
export const prettyJson = (text: string): string | undefined => {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    // Anything may have come back, and is looked at as the text it is.
    return undefined
  }
}

/** JSON in pieces, to be coloured; joined again they are the same text. */
export const piecesOfJson = (json: string): readonly JsonPiece[] => {
  const found: JsonPiece[] = []
  let end = 0
  for (const match of json.matchAll(pieces)) {
    if (match.index > end) found.push(['between', json.slice(end, match.index)])
    const [all, quoted, colon] = match
    if (quoted === undefined) found.push(['value', all])
    else found.push([colon === undefined ? 'text' : 'name', quoted])
    if (colon !== undefined) found.push(['between', colon])
    end = match.index + all.length
  }
  if (end < json.length) found.push(['between', json.slice(end)])
  return found
}

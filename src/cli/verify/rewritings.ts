import type { Form } from './cause.ts'

type Bytes = Uint8Array<ArrayBuffer>

const utf8 = (text: string): Bytes => new TextEncoder().encode(text)

const parse = (text: string): { readonly value: unknown } | undefined => {
  try {
    return { value: JSON.parse(text) }
  } catch {
    return undefined
  }
}

/** The keys of an event in the order in which the server writes them; unknown ones follow. */
const eventKeys = ['event', 'timestamp', 'accountId', 'image', 'error']
const imageKeys = ['id', 'filename', 'uploaded', 'requireSignedURLs', 'variants', 'metadata', 'creator']

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const ordered = (value: unknown, keys: readonly string[]): unknown => {
  if (!isObject(value)) return value
  const rank = (name: string): number => (keys.includes(name) ? keys.indexOf(name) : keys.length)
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([one], [other]) => rank(one) - rank(other))
      .map(([name, inner]) => [name, name === 'image' ? ordered(inner, imageKeys) : inner]),
  )
}

/** As Python writes JSON by default: a space after each comma and colon, and nothing beyond ASCII. */
const spaced = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`
  if (isObject(value))
    return `{${Object.entries(value)
      .map(([name, inner]) => `${spaced(name)}: ${spaced(inner)}`)
      .join(', ')}}`
  return (JSON.stringify(value) ?? 'null').replaceAll(
    /[\u0080-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Ways to write JSON down, with the words for each. */
const writings: readonly (readonly [words: string, write: (value: unknown) => string])[] = [
  ['without white space', (value) => JSON.stringify(value)],
  ['with two spaces', (value) => JSON.stringify(value, null, 2)],
  ['with four spaces', (value) => JSON.stringify(value, null, 4)],
  ['with tabs', (value) => JSON.stringify(value, null, '\t')],
  ['as Python writes it', spaced],
]

/** Longer or deeper JSON is no event, and its indented forms could be a thousand times as long. */
const longestCharacters = 131_072
const deepest = 32

const depthOf = (text: string): number => {
  let [depth, most] = [0, 0]
  for (const character of text) {
    if (character === '{' || character === '[') most = Math.max(most, ++depth)
    else if (character === '}' || character === ']') depth -= 1
  }
  return most
}

const rewrittenFix =
  'Verify the bytes as they arrived and parse them afterwards: request.arrayBuffer(), express.raw(), never JSON.stringify of what was parsed.'

/**
 * Other ways in which the JSON of a body may have been written when it was signed; none where it is no JSON, or too long
 * or deep for an event.
 */
export const rewritings = (text: string): Form<Bytes>[] => {
  if (text.length > longestCharacters || depthOf(text) > deepest) return []
  const parsed = parse(text.replace(/^\ufeff/, ''))
  if (!parsed) return []
  const { value } = parsed
  if (typeof value === 'string')
    return [
      {
        value: utf8(value),
        cause: {
          name: 'body-encoded-twice',
          what: 'The body is a JSON text that holds the body: it was encoded twice.',
          fix: 'Hand on the body itself, not JSON.stringify of it.',
        },
      },
    ]
  const found = writings.find(([, write]) => write(value) === text.trim())?.[0] ?? 'in another way'
  const orders = [
    [value, ''],
    [ordered(value, eventKeys), ' and the keys in the order of the server'],
  ] as const
  return orders.flatMap(([keyed, inOrder]) =>
    writings.flatMap(([words, write]) =>
      ['', '\n'].map((end) => ({
        value: utf8(`${write(keyed)}${end}`),
        cause: {
          name: 'body-rewritten',
          what: `The JSON was parsed and written again: it was signed ${words}${inOrder}, and was given ${found}.`,
          fix: rewrittenFix,
        },
      })),
    ),
  )
}

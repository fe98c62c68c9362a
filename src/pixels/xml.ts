import { AppError } from '../domain/errors.ts'

/** The refusal of a drawing, with what is wrong about it. */
export const brokenDrawing = (fault: string): AppError =>
  new AppError('image_undecodable', `The SVG ${fault}; export it again and upload the new file.`, { pointer: 'file' })

/** Bytes as text, one character per byte: the structure of XML is ASCII in every encoding accepted here. */
export const textOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')

/** The place behind `ending`, searched from `from`. */
const behind = (text: string, ending: string, from: number): number => {
  const found = text.indexOf(ending, from)
  if (found === -1) throw brokenDrawing('ends in the middle of its text')
  return found + ending.length
}

const doubleQuote = 0x22
const singleQuote = 0x27
const slash = 0x2f
const greaterThan = 0x3e
const space = 0x20

/** The place behind the `>` of the tag that starts at `from`; a `>` inside quotes does not count. */
const behindTag = (text: string, from: number): number => {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === greaterThan) return at + 1
    if (code === doubleQuote || code === singleQuote) at = behind(text, String.fromCharCode(code), at + 1) - 1
  }
  throw brokenDrawing('ends in the middle of its text')
}

/** A doctype may name the public one; with declarations of its own it could define entities that grow without end. */
const behindDoctype = (text: string, from: number): number => {
  const end = behindTag(text, from)
  if (text.slice(from, end).includes('[')) throw brokenDrawing('declares entities, which are not accepted')
  return end
}

/** A tag and where it stands in the text. */
export type Tag = { kind: 'open' | 'close' | 'empty'; name: string; start: number; end: number }

const tagAt = (text: string, start: number): Tag => {
  const end = behindTag(text, start)
  const closes = text.charCodeAt(start + 1) === slash
  const nameStart = start + (closes ? 2 : 1)
  let nameEnd = nameStart
  for (let code = text.charCodeAt(nameEnd); code > space && code !== slash && code !== greaterThan;)
    code = text.charCodeAt(++nameEnd)
  if (nameEnd === nameStart) throw brokenDrawing('has a tag without a name')
  const kind = closes ? 'close' : text.charCodeAt(end - 2) === slash ? 'empty' : 'open'
  return { kind, name: text.slice(nameStart, nameEnd), start, end }
}

/**
 * The tags of a document in order, without comments, CDATA, processing instructions and doctype. Nothing is loaded or
 * expanded; one pass, linear in the size of the text.
 * @throws AppError `image_undecodable` where the text is cut off or declares entities.
 */
export function* tags(text: string): Generator<Tag> {
  for (let at = text.indexOf('<'); at !== -1; at = text.indexOf('<', at)) {
    if (text.startsWith('<!--', at)) at = behind(text, '-->', at + 4)
    else if (text.startsWith('<![CDATA[', at)) at = behind(text, ']]>', at + 9)
    else if (text.startsWith('<?', at)) at = behind(text, '?>', at + 2)
    else if (text.startsWith('<!', at)) at = behindDoctype(text, at)
    else {
      const tag = tagAt(text, at)
      at = tag.end
      yield tag
    }
  }
}

/** A tag's name in lower case, without its prefix. */
export const localName = (name: string): string => name.slice(name.indexOf(':') + 1).toLowerCase()

/** The outermost element is looked for in so many bytes: room for any prolog and licence. */
const headBytes = 65_536

/** The name of an XML or HTML document's outermost element, lower case, without prefix; undefined for other bytes. */
export const rootName = (bytes: Uint8Array): string | undefined => {
  const head = textOf(bytes.subarray(0, headBytes))
  if (!/^(?:\xef\xbb\xbf)?\s*</.test(head)) return undefined
  try {
    const root = tags(head).next().value
    return root === undefined ? undefined : localName(root.name)
  } catch (error) {
    // A prolog that is longer than the head, or cut off: let the first known element name speak.
    if (error instanceof AppError) return /<(?:\w+:)?(svg|html)[\s>]/i.exec(head)?.[1]?.toLowerCase()
    throw error
  }
}

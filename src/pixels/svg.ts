import { AppError } from '../domain/errors.ts'

/** The size of a drawing, in CSS pixels, at least 1 × 1. */
export type DrawingSize = { width: number; height: number }

/** What browsers give a drawing that says nothing of its size (CSS Images 3 §4.5.2, default object size). */
const unsaidSize: DrawingSize = { width: 300, height: 150 }

const broken = (fault: string): AppError =>
  new AppError('image_undecodable', `The SVG ${fault}; export it again and upload the new file.`, { pointer: 'file' })

/** Bytes as text, one character per byte: the structure of XML is ASCII in every encoding accepted here. */
const textOf = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')

/** The place behind `ending`, searched from `from`. */
const behind = (text: string, ending: string, from: number): number => {
  const found = text.indexOf(ending, from)
  if (found === -1) throw broken('ends in the middle of its text')
  return found + ending.length
}

/** The place behind the `>` of the tag that starts at `from`; a `>` inside quotes does not count. */
const behindTag = (text: string, from: number): number => {
  let quote = ''
  for (let at = from; at < text.length; at++) {
    const character = text[at]
    if (quote !== '') {
      if (character === quote) quote = ''
    } else if (character === '"' || character === "'") quote = character
    else if (character === '>') return at + 1
  }
  throw broken('ends in the middle of its text')
}

/** A doctype may name the public one; with declarations of its own it could define entities that grow without end. */
const behindDoctype = (text: string, from: number): number => {
  const end = behindTag(text, from)
  if (text.slice(from, end).includes('[')) throw broken('declares entities, which are not accepted')
  return end
}

type Tag = { kind: 'open' | 'close' | 'empty'; name: string; text: string }

const tagName = /^<\/?([^\s/>]+)/

/** The tags of a document in order, without comments, CDATA, processing instructions and doctype. */
function* tags(text: string): Generator<Tag> {
  for (let at = text.indexOf('<'); at !== -1; at = text.indexOf('<', at)) {
    if (text.startsWith('<!--', at)) at = behind(text, '-->', at + 4)
    else if (text.startsWith('<![CDATA[', at)) at = behind(text, ']]>', at + 9)
    else if (text.startsWith('<?', at)) at = behind(text, '?>', at + 2)
    else if (text.startsWith('<!', at)) at = behindDoctype(text, at)
    else {
      const start = at
      at = behindTag(text, start)
      const tag = text.slice(start, at)
      const name = tagName.exec(tag)?.[1]
      if (name === undefined) throw broken('has a tag without a name')
      yield { kind: tag.startsWith('</') ? 'close' : tag.endsWith('/>') ? 'empty' : 'open', name, text: tag }
    }
  }
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1).toLowerCase()

/** The name of an XML or HTML document's outermost element, lower case, without prefix; undefined for other bytes. */
export const rootName = (bytes: Uint8Array): string | undefined => {
  const head = textOf(bytes.subarray(0, 4096))
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

/** CSS absolute units in pixels; relative ones (%, em) say nothing without a page. */
const unitPixels: Readonly<Record<string, number>> = {
  '': 1,
  px: 1,
  pt: 4 / 3,
  pc: 16,
  in: 96,
  cm: 96 / 2.54,
  mm: 96 / 25.4,
}

const attribute = (tag: string, name: string): string | undefined =>
  new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`)
    .exec(tag)
    ?.slice(1)
    .find((value) => value !== undefined)

const lengthPixels = (value: string | undefined): number | undefined => {
  const parts = /^\s*([0-9.]+(?:e[+-]?[0-9]+)?)\s*(px|pt|pc|in|cm|mm)?\s*$/i.exec(value ?? '')
  const pixels = Number(parts?.[1]) * (unitPixels[parts?.[2]?.toLowerCase() ?? ''] ?? 1)
  return pixels > 0 ? pixels : undefined
}

const sizeOf = (root: string): DrawingSize => {
  const width = lengthPixels(attribute(root, 'width'))
  const height = lengthPixels(attribute(root, 'height'))
  const [, , boxWidth, boxHeight] = (attribute(root, 'viewBox') ?? '')
    .trim()
    .split(/[\s,]+/)
    .map(Number)
  const box =
    boxWidth && boxHeight && boxWidth > 0 && boxHeight > 0 ? { width: boxWidth, height: boxHeight } : undefined
  const ratio = box ? box.width / box.height : unsaidSize.width / unsaidSize.height
  if (width && height) return { width, height }
  if (width) return { width, height: width / ratio }
  if (height) return { width: height * ratio, height }
  return box ?? unsaidSize
}

const largestSide = 2_147_483_647
const wholePixels = (side: number): number => Math.min(largestSide, Math.max(1, Math.round(side)))

/**
 * Reads a drawing's size and proves that it is whole: every tag closed, one outermost element. Nothing is loaded,
 * expanded or rendered; one pass, linear in the size of the file.
 * @throws AppError `image_undecodable` when it is cut off, badly nested, or declares entities of its own.
 */
export const readDrawing = (bytes: Uint8Array): DrawingSize => {
  const open: string[] = []
  let root: string | undefined
  for (const tag of tags(textOf(bytes))) {
    if (tag.kind === 'close') {
      if (open.pop() !== tag.name) throw broken(`closes <${tag.name.slice(0, 40)}> where it is not open`)
      continue
    }
    if (open.length === 0) {
      if (root !== undefined) throw broken('has more than one outermost element')
      root = tag.text
    }
    if (tag.kind === 'open') open.push(tag.name)
  }
  if (root === undefined || open.length > 0) throw broken('ends before its last element is closed')
  const size = sizeOf(root)
  return { width: wholePixels(size.width), height: wholePixels(size.height) }
}

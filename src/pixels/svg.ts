import { brokenDrawing, localName, tags, textOf } from './xml.ts'

/** The size of a drawing, in CSS pixels, at least 1 × 1. */
export type DrawingSize = { width: number; height: number }

/** What browsers give a drawing that says nothing of its size (CSS Images 3 §4.5.2, default object size). */
const unsaidSize: DrawingSize = { width: 300, height: 150 }

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
  const area = boxWidth && boxHeight && boxWidth > 0 ? boxWidth * boxHeight : 0
  const box = boxWidth && boxHeight && area > 0 && area < Infinity ? { width: boxWidth, height: boxHeight } : undefined
  const ratio = box ? box.width / box.height : unsaidSize.width / unsaidSize.height
  if (width && height) return { width, height }
  if (width) return { width, height: width / ratio }
  if (height) return { width: height * ratio, height }
  return box ?? unsaidSize
}

/** Elements inside each other. Drawings of programs stay below fifty; renderers that recurse run out of stack on thousands. */
const deepest = 256

const largestSide = 2_147_483_647
const wholePixels = (side: number): number => Math.min(largestSide, Math.max(1, Math.round(side)))

/**
 * Reads a drawing's size and proves that it is whole: every tag closed, one outermost element. Nothing is loaded,
 * expanded or rendered; one pass, linear in the size of the file.
 * @throws AppError `image_undecodable` when it is cut off, badly nested or over 256 deep, or declares entities of its own.
 */
export const readDrawing = (bytes: Uint8Array): DrawingSize => {
  const open: string[] = []
  let root: string | undefined
  const text = textOf(bytes)
  for (const tag of tags(text)) {
    if (tag.kind === 'close') {
      if (open.pop() !== tag.name) throw brokenDrawing(`closes <${tag.name.slice(0, 40)}> where it is not open`)
      continue
    }
    if (open.length === 0) {
      if (root !== undefined) throw brokenDrawing('has more than one outermost element')
      if (localName(tag.name) !== 'svg') throw brokenDrawing('does not begin with an <svg> element')
      root = text.slice(tag.start, tag.end)
    }
    if (tag.kind === 'open' && open.push(tag.name) > deepest)
      throw brokenDrawing(`nests its elements more than ${deepest} deep`)
  }
  if (root === undefined || open.length > 0) throw brokenDrawing('ends before its last element is closed')
  const size = sizeOf(root)
  return { width: wholePixels(size.width), height: wholePixels(size.height) }
}

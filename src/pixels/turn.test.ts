import { assert, boolean, constantFrom, integer, property, record } from 'fast-check'
import { expect, test } from 'vitest'
import { andThen, areaBefore, asItIs, type Turn, turned, undo } from './turn.ts'

const turns = record({ mirrored: boolean(), quarters: constantFrom<Turn['quarters'][]>(0, 1, 2, 3) })
const sizes = record({ width: integer({ min: 1, max: 9 }), height: integer({ min: 1, max: 9 }) })

/** A picture as rows of numbers, turned the slow way. */
const turnedRows = (rows: number[][], { mirrored, quarters }: Turn): number[][] => {
  let now = mirrored ? rows.map((row) => row.toReversed()) : rows
  for (let count = 0; count < quarters; count++) {
    const before = now
    now = (before[0] ?? []).map((_, x) => before.map((row) => row[x] ?? NaN).toReversed())
  }
  return now
}

const picture = (width: number, height: number): number[][] =>
  Array.from({ length: height }, (_, y) => Array.from({ length: width }, (__, x) => y * width + x))

test('two turns are one, and each has a way back', () => {
  assert(
    property(sizes, turns, turns, ({ width, height }, first, second) => {
      const rows = picture(width, height)
      expect(turnedRows(rows, andThen(first, second))).toEqual(turnedRows(turnedRows(rows, first), second))
      expect(andThen(first, undo(first))).toEqual(asItIs)
      expect(turned({ width, height }, first)).toEqual({
        width: turnedRows(rows, first)[0]?.length,
        height: turnedRows(rows, first).length,
      })
    }),
  )
})

test('an area of the turned picture is found in the one before', () => {
  assert(
    property(sizes, turns, integer({ min: 0, max: 99 }), integer({ min: 0, max: 99 }), (size, turn, x, y) => {
      const rows = picture(size.width, size.height)
      const after = turned(size, turn)
      const area = { left: x % after.width, top: y % after.height, width: 1, height: 1 }
      const { left, top } = areaBefore(area, turn, size)
      expect(rows[top]?.[left]).toBe(turnedRows(rows, turn)[area.top]?.[area.left])
    }),
  )
})

import type { Row } from './database.ts'

/** Readers of columns: each checks what it finds, so that no cast is needed and a wrong column name fails loudly. */

const found = (row: Row, column: string): unknown => {
  const value = row[column]
  if (value === undefined) throw new Error(`The statement answers no column "${column}".`)
  return value
}

const wrong = (column: string, wanted: string): Error => new Error(`Column "${column}" does not hold ${wanted}.`)

export const text = (row: Row, column: string): string => {
  const value = found(row, column)
  if (typeof value !== 'string') throw wrong(column, 'text')
  return value
}

export const textOrNull = (row: Row, column: string): string | null =>
  found(row, column) === null ? null : text(row, column)

/** A number; PostgreSQL answers 64-bit integers as text. */
export const number = (row: Row, column: string): number => {
  const value = found(row, column)
  const parsed = typeof value === 'string' || typeof value === 'bigint' ? Number(value) : value
  if (typeof parsed !== 'number' || !Number.isFinite(parsed)) throw wrong(column, 'a number')
  return parsed
}

export const numberOrNull = (row: Row, column: string): number | null =>
  found(row, column) === null ? null : number(row, column)

/** Both databases keep flags as 0 and 1. */
export const flag = (row: Row, column: string): boolean => number(row, column) === 1

export const bytes = (row: Row, column: string): Uint8Array => {
  const value = found(row, column)
  if (!(value instanceof Uint8Array)) throw wrong(column, 'bytes')
  return value
}

/** One of the given words. */
export const word = <Word extends string>(row: Row, column: string, words: readonly Word[]): Word => {
  const value = text(row, column)
  const match = words.find((candidate) => candidate === value)
  if (match === undefined) throw wrong(column, `one of ${words.join(', ')}`)
  return match
}

export const wordOrNull = <Word extends string>(row: Row, column: string, words: readonly Word[]): Word | null =>
  found(row, column) === null ? null : word(row, column, words)

/** A JSON object. */
export const jsonObject = (row: Row, column: string): Readonly<Record<string, unknown>> => {
  const value: unknown = JSON.parse(text(row, column))
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(column, 'a JSON object')
  return Object.fromEntries(Object.entries(value))
}

import type { Meta } from './image.ts'

/** What a filter can compare. */
export type MetaScalar = string | number | boolean

/** A condition on one field of an image's metadata; a field that is missing, a list or an object fulfils none. */
export type MetaFilter = {
  /** Names joined by dots. */
  readonly path: string
  readonly wanted:
    | { readonly kind: 'one_of'; readonly values: readonly MetaScalar[] }
    | { readonly kind: 'range'; readonly operator: RangeOperator; readonly bound: number }
}

export type RangeOperator = 'gt' | 'gte' | 'lt' | 'lte'

/** Cloudflare's limits on filters, and so on what is worth an index. */
export const metaFilterLimits = { filters: 5, levels: 5, nameCharacters: 100, values: 10 } as const

const fieldName = /^[A-Za-z0-9_]{1,100}$/

/** Why a path names no field, as the end of a sentence; undefined when it does. */
export const metaPathProblem = (path: string): string | undefined => {
  const names = path.split('.')
  if (names.length > metaFilterLimits.levels) return `must not go deeper than ${metaFilterLimits.levels} levels`
  return names.every((name) => fieldName.test(name))
    ? undefined
    : `must be names of letters, digits and underscores, at most ${metaFilterLimits.nameCharacters} characters each`
}

const isObject = (value: unknown): value is Meta => typeof value === 'object' && value !== null && !Array.isArray(value)

const isScalar = (value: unknown): value is MetaScalar =>
  typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))

/** Every field of metadata that a filter can name, with its value. */
export const metaFields = (meta: Meta | null, level = 1): readonly { path: string; value: MetaScalar }[] =>
  Object.entries(meta ?? {}).flatMap(([name, value]) => {
    if (!fieldName.test(name)) return []
    if (isScalar(value)) return [{ path: name, value }]
    if (!isObject(value) || level === metaFilterLimits.levels) return []
    return metaFields(value, level + 1).map((inner) => ({ ...inner, path: `${name}.${inner.path}` }))
  })

const valueAt = (meta: Meta | null, path: string): unknown => {
  let value: unknown = meta
  for (const name of path.split('.')) {
    if (!isObject(value) || !Object.hasOwn(value, name)) return undefined
    value = value[name]
  }
  return value
}

const within = (value: number, operator: RangeOperator, bound: number): boolean => {
  if (operator === 'gt') return value > bound
  if (operator === 'gte') return value >= bound
  return operator === 'lt' ? value < bound : value <= bound
}

/** Whether metadata fulfils every filter. */
export const fulfils = (meta: Meta | null, filters: readonly MetaFilter[]): boolean =>
  filters.every(({ path, wanted }) => {
    const value = valueAt(meta, path)
    if (wanted.kind === 'one_of') return wanted.values.some((candidate) => candidate === value)
    return typeof value === 'number' && within(value, wanted.operator, wanted.bound)
  })

import { AppError } from '../domain/errors.ts'
import { type MetaFilter, metaFilterLimits, metaPathProblem, type MetaScalar } from '../domain/meta-filter.ts'

/** The longest parameter name that a sentence repeats. */
const longestName = 100

const refuse = (name: string, must: string): AppError => {
  const shown = name.slice(0, longestName)
  return new AppError('bad_request', `${shown} ${must}.`, { pointer: shown })
}

/** As JSON writes numbers. */
const numberForm = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/

const toNumber = (text: string): number | undefined => {
  const value = numberForm.test(text) ? Number(text) : NaN
  return Number.isFinite(value) ? value : undefined
}

const numberOf = (text: string, name: string): number => {
  const value = toNumber(text)
  if (value === undefined) throw refuse(name, 'must be compared with a number such as 5 or -0.5')
  return value
}

const booleans: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
])

const booleanOf = (text: string, name: string): boolean => {
  const value = booleans.get(text)
  if (value === undefined) throw refuse(name, 'must be compared with true or false')
  return value
}

/** Without a type a value is taken for all that it may be, since forms make texts of numbers. */
const anyOf = (text: string): readonly MetaScalar[] =>
  [text, toNumber(text), booleans.get(text)].filter((value) => value !== undefined)

const listOf = (text: string, name: string): readonly string[] => {
  const values = text.split('|')
  if (values.length > metaFilterLimits.values)
    throw refuse(name, `must not list over ${metaFilterLimits.values} values`)
  return values
}

type Wanted = MetaFilter['wanted']
type ReadWanted = (text: string, name: string) => Wanted

const oneOf =
  (read: (text: string, name: string) => readonly MetaScalar[]): ReadWanted =>
  (text, name) => ({ kind: 'one_of', values: read(text, name) })

const rangeOperators = ['gt', 'gte', 'lt', 'lte'] as const

/** Every operator and its reading of the value (Cloudflare, v2 list). */
const operators: ReadonlyMap<string, ReadWanted> = new Map<string, ReadWanted>([
  ['eq', oneOf(anyOf)],
  ['eq:string', oneOf((text) => [text])],
  ['eq:number', oneOf((text, name) => [numberOf(text, name)])],
  ['eq:boolean', oneOf((text, name) => [booleanOf(text, name)])],
  ['in', oneOf((text, name) => listOf(text, name).flatMap(anyOf))],
  ['in:string', oneOf(listOf)],
  ['in:number', oneOf((text, name) => listOf(text, name).map((value) => numberOf(value, name)))],
  ...rangeOperators.flatMap((operator) => {
    const read: ReadWanted = (text, name) => ({ kind: 'range', operator, bound: numberOf(text, name) })
    return [
      [operator, read],
      [`${operator}:number`, read],
    ] as const
  }),
])

const toFilter = (name: string, value: string): MetaFilter => {
  const [, path, operator] = /^meta\.([^[\]]*)\[([^[\]]*)\]$/.exec(name) ?? []
  if (path === undefined || operator === undefined) throw refuse(name, 'must be written like meta.field[eq]=value')
  const problem = metaPathProblem(path)
  if (problem !== undefined) throw refuse(name, problem)
  const read = operators.get(operator)
  if (!read) throw refuse(name, `must have one of the operators ${[...operators.keys()].join(', ')}`)
  return { path, wanted: read(value, name) }
}

/**
 * The metadata filters of a query, such as `meta.region.name[eq]=eu-west`; other parameters are passed over. A filter
 * that cannot be read fails the request, so that nobody takes a whole list for a filtered one.
 * @throws AppError `bad_request` with a sentence that names the parameter.
 */
export const readMetaFilters = (query: Readonly<Record<string, readonly string[]>>): readonly MetaFilter[] => {
  const given = Object.entries(query)
    // What somebody meant for a filter is refused too, misspelled as it is.
    .filter(([name]) => /^meta(data)?(\W|$)/i.test(name))
    .flatMap(([name, values]) => values.map((value) => ({ name, value })))
  if (given.length > metaFilterLimits.filters)
    throw refuse('meta', `must not have over ${metaFilterLimits.filters} filters in one request`)
  return given.map(({ name, value }) => toFilter(name, value))
}

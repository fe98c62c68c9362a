import type { JsonSchema } from './json-schema.ts'
import type { OpenApi, Operation } from './openapi.ts'

/** One field of an input or a result, flat: `options.width`, `variants[]`. */
export type Field = { readonly name: string; readonly type: string; readonly required: boolean; readonly note: string }

/** A call as a reader sees it. */
export type ReferenceCall = {
  /** For links: unique and stable. */
  readonly id: string
  readonly method: string
  readonly path: string
  readonly summary: string
  readonly description: string
  readonly query: readonly Field[]
  readonly body: readonly Field[]
  /** `application/json`, `multipart/form-data`, or both. */
  readonly bodyTypes: readonly string[]
  readonly result: readonly Field[]
  /** The media type where it is not JSON. */
  readonly resultType: string | undefined
  readonly errors: readonly { readonly status: string; readonly codes: string }[]
}

export type ReferenceSection = { readonly title: string; readonly calls: readonly ReferenceCall[] }

const isSchema = (value: unknown): value is JsonSchema => typeof value === 'object' && value !== null

/** A schema's type in a few words: `text`, `whole number or null`, `one of "a", "b"`, `list of text`. */
const typeOf = (schema: JsonSchema): string => {
  if (schema.anyOf) return [...new Set(schema.anyOf.map(typeOf))].join(' or ')
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return `one of ${schema.enum.map((value) => JSON.stringify(value)).join(', ')}`
  if (typeof schema.type === 'object') return schema.type.map((type) => typeOf({ ...schema, type })).join(' or ')
  if (schema.type === 'array') return `list of ${schema.items ? typeOf(schema.items) : 'anything'}`
  if (schema.type === 'string') return textTypes[schema.format ?? ''] ?? 'text'
  return kinds[schema.type ?? ''] ?? 'anything'
}

const textTypes: Readonly<Record<string, string>> = { 'date-time': 'instant', binary: 'file', uri: 'URL' }

const kinds: Readonly<Record<string, string>> = {
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
  object: 'object',
  null: 'null',
}

const boundsOf = ({ minimum, maximum, minLength, maxLength, maxItems }: JsonSchema): string[] => [
  ...(minimum !== undefined && maximum !== undefined ? [`${minimum} to ${maximum}`] : []),
  ...(minLength !== undefined ? [`at least ${minLength} characters`] : []),
  ...(maxLength !== undefined ? [`at most ${maxLength} characters`] : []),
  ...(maxItems !== undefined ? [`at most ${maxItems}`] : []),
]

const noteOf = (schema: JsonSchema): string =>
  [
    schema.description ?? '',
    boundsOf(schema).join(', '),
    schema.default === undefined ? '' : `Default ${JSON.stringify(schema.default)}.`,
  ]
    .filter((part) => part !== '')
    .join(' ')

/** How deep fields are shown; deeper ones are their parent's matter. */
const deepest = 4

const fieldsOf = (schema: JsonSchema, prefix = '', depth = 0): readonly Field[] => {
  if (schema.type === 'array' && schema.items) return fieldsOf(schema.items, `${prefix}[]`, depth)
  if (depth > deepest) return []
  const inner = schema.anyOf?.find(({ properties }) => properties) ?? schema
  const { properties = {}, required = [], additionalProperties } = inner
  const named = Object.entries(properties).flatMap(([key, value]): readonly Field[] => {
    const name = prefix === '' ? key : `${prefix}.${key}`
    const field = { name, type: typeOf(value), required: required.includes(key), note: noteOf(value) }
    return [field, ...fieldsOf(value, name, depth + 1)]
  })
  const any = isSchema(additionalProperties) ? fieldsOf(additionalProperties, `${prefix}.<name>`, depth + 1) : []
  return [...named, ...any]
}

const resultOf = ({ responses }: Operation): Pick<ReferenceCall, 'result' | 'resultType'> => {
  const [type, content] = Object.entries(responses['200']?.content ?? {})[0] ?? []
  const result = content?.schema.properties?.['result']
  return result ? { result: fieldsOf(result), resultType: undefined } : { result: [], resultType: type }
}

const callOf = (path: string, method: string, operation: Operation): ReferenceCall => {
  const content = operation.requestBody?.content ?? {}
  return {
    id: operation.operationId,
    method: method.toUpperCase(),
    path,
    summary: operation.summary,
    description: operation.description ?? '',
    query: operation.parameters
      .filter((parameter) => parameter.in === 'query')
      .map(({ name, required, description, schema }) => ({
        name,
        type: typeOf(schema),
        required,
        note: noteOf({ ...schema, ...(description !== undefined && { description }) }),
      })),
    body: fieldsOf(Object.values(content)[0]?.schema ?? {}),
    bodyTypes: Object.keys(content),
    ...resultOf(operation),
    errors: Object.entries(operation.responses)
      .filter(([status]) => status !== '200')
      .map(([status, { description }]) => ({ status, codes: description })),
  }
}

/** The document as a reader goes through it: section by section, each call with its fields in flat tables. */
export const referenceOf = ({ paths }: OpenApi): readonly ReferenceSection[] => {
  const sections = new Map<string, ReferenceCall[]>()
  for (const [path, operations] of Object.entries(paths))
    for (const [method, operation] of Object.entries(operations)) {
      const title = operation.tags[0] ?? ''
      sections.set(title, [...(sections.get(title) ?? []), callOf(path, method, operation)])
    }
  return [...sections]
    .map(([title, calls]) => ({ title, calls }))
    .toSorted((a, b) => a.title.localeCompare(b.title, 'en'))
}

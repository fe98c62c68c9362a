import type { ErrorCode } from '../domain/errors.ts'
import type { Call } from './api-routes.ts'
import type { Mount } from './app.ts'
import { wireOf } from './errors.ts'
import { toJsonSchema, type JsonSchema } from './json-schema.ts'

/** A part of an operation that stands in the path or the query. */
export type Parameter = {
  readonly name: string
  readonly in: 'path' | 'query'
  readonly required: boolean
  readonly description?: string
  readonly schema: JsonSchema
}

type Content = Readonly<Record<string, { readonly schema: JsonSchema }>>

/** One call in the document. */
export type Operation = {
  readonly operationId: string
  readonly tags: readonly string[]
  readonly summary: string
  readonly description?: string
  readonly parameters: readonly Parameter[]
  readonly requestBody?: { readonly required: boolean; readonly content: Content }
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>
}

/** An OpenAPI 3.1 document of the account API. */
export type OpenApi = {
  readonly openapi: '3.1.1'
  readonly info: { readonly title: string; readonly version: string; readonly description: string }
  readonly servers: readonly { readonly url: string }[]
  readonly security: readonly Readonly<Record<string, readonly string[]>>[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: Readonly<Record<string, unknown>>
}

/** What every call of the API can answer. */
const common: readonly ErrorCode[] = ['bad_request', 'unauthenticated', 'forbidden', 'too_many_requests', 'unavailable']

/** The headings of the document, by what a path holds; the first that fits counts. */
const tags: readonly (readonly [RegExp, string])[] = [
  [/\/webhooks\/(deliveries|\{[a-z_]+\}\/deliveries)/, 'Deliveries'],
  [/\/webhooks\/.*(events|event-types)/, 'Events'],
  [/\/webhooks/, 'Webhooks'],
  [/\/tokens/, 'API tokens'],
  [/\/variants/, 'Variants'],
  [/\/keys/, 'Signing keys'],
  [/./, 'Images'],
]

/** Hono's `/:imageId{…}` as OpenAPI's `/{image_id}`. */
const templateOf = (path: string): string =>
  path
    .replaceAll(
      /:([A-Za-z]+)(\{[^}]*\})?/g,
      (_, name: string) => `{${name.replaceAll(/[A-Z]/g, (big) => `_${big.toLowerCase()}`)}}`,
    )
    .replace(/(?<=.)\/$/, '')

const operationIdOf = (method: string, template: string): string => {
  const own = template.replace('/client/v4/accounts/{account_id}', '').replaceAll(/[{}]/g, '')
  const words = own.split(/[^A-Za-z0-9]+/).filter((word) => word !== '')
  return [method, ...words.map((word) => word.charAt(0).toUpperCase() + word.slice(1))].join('')
}

const pathParameters = (template: string): readonly Parameter[] =>
  [...template.matchAll(/\{([a-z_]+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))

const queryParameters = ({ query }: Call): readonly Parameter[] => {
  const { properties = {}, required = [] } = query ? toJsonSchema(query, 'input') : {}
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    ...(description !== undefined && { description }),
    schema,
  }))
}

const bodyOf = ({ body, form }: Call): Pick<Operation, 'requestBody'> => {
  const content: Content = {
    ...(body && { 'application/json': { schema: toJsonSchema(body, 'input') } }),
    ...(form && { 'multipart/form-data': { schema: toJsonSchema(form, 'input') } }),
  }
  return Object.keys(content).length > 0 ? { requestBody: { required: true, content } } : {}
}

const problem: JsonSchema = { $ref: '#/components/schemas/Failure' }

const envelopeOf = (result: JsonSchema): JsonSchema => ({
  type: 'object',
  required: ['result', 'success', 'errors', 'messages'],
  properties: { result, success: { const: true }, errors: { type: 'array' }, messages: { type: 'array' } },
})

const responsesOf = ({ result, errors = [] }: Call): Operation['responses'] => {
  const good: Content =
    typeof result === 'string'
      ? { [result]: { schema: { type: 'string', format: 'binary' } } }
      : { 'application/json': { schema: envelopeOf(toJsonSchema(result, 'output')) } }
  const byStatus = new Map<string, string[]>()
  for (const code of new Set([...errors, ...common])) {
    const { status, code: number } = wireOf(code)
    byStatus.set(String(status), [...(byStatus.get(String(status)) ?? []), `${number} ${code}`])
  }
  const bad = [...byStatus].map(([status, codes]) => [
    status,
    { description: codes.join(', '), content: { 'application/json': { schema: problem } } },
  ])
  return { 200: { description: 'Done', content: good }, ...Object.fromEntries(bad) }
}

const operationOf = (call: Call, template: string): Operation => ({
  operationId: operationIdOf(call.method, template),
  tags: [tags.find(([pattern]) => pattern.test(template))?.[1] ?? 'Images'],
  summary: call.summary,
  ...(call.description !== undefined && { description: call.description }),
  parameters: [...pathParameters(template), ...queryParameters(call)],
  ...bodyOf(call),
  responses: responsesOf(call),
})

/** The document of all declared calls: made of the schemas that validate them. */
export const openApiOf = (mounts: readonly Mount[], version: string, url: string): OpenApi => {
  const paths: Record<string, Record<string, Operation>> = {}
  for (const { at, calls = [] } of mounts)
    for (const call of calls) {
      const template = templateOf(at + call.path)
      paths[template] = { ...paths[template], [call.method]: operationOf(call, template) }
    }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Imagehooks',
      version,
      description: "The Cloudflare Images API and the webhook API of this server, in Cloudflare's envelope.",
    },
    servers: [{ url }],
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'An API token of the account.' } },
      schemas: { Failure: failureSchema },
    },
  }
}

const failureSchema: JsonSchema = {
  type: 'object',
  required: ['result', 'success', 'errors', 'messages'],
  properties: {
    result: { type: 'null' },
    success: { const: false },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['code', 'message'],
        properties: {
          code: { type: 'integer', minimum: 1000, description: "Cloudflare's number." },
          message: { type: 'string', description: 'One sentence that names the field and the fix.' },
          source: {
            type: 'object',
            properties: { pointer: { type: 'string', description: 'Where in the request the fault lies.' } },
          },
        },
      },
    },
    messages: { type: 'array' },
  },
}

import type { JsonSchema } from '../../src/http/json-schema.ts'
import type { OpenApi, Operation } from '../../src/http/openapi.ts'

const key = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name))

const scalars: Readonly<Record<string, string>> = {
  string: 'string',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  null: 'null',
}

const objectOf = ({ properties = {}, required = [], additionalProperties }: JsonSchema): string => {
  const fields = Object.entries(properties).map(([name, value]) => {
    const note = value.description === undefined ? '' : `/** ${value.description.replaceAll('*/', '*\\/')} */ `
    return `${note}readonly ${key(name)}${required.includes(name) ? '' : '?'}: ${typeOf(value)}`
  })
  if (typeof additionalProperties === 'object') fields.push(`readonly [name: string]: ${typeOf(additionalProperties)}`)
  return `{ ${fields.join('; ')} }`
}

/** A schema as a TypeScript type; what it says beyond types (bounds, patterns) is the server's to check. */
const typeOf = (schema: JsonSchema): string => {
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' | ')
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(' | ')
  if (typeof schema.type === 'object') return schema.type.map((type) => typeOf({ ...schema, type })).join(' | ')
  if (schema.prefixItems) return `readonly [${schema.prefixItems.map(typeOf).join(', ')}]`
  if (schema.type === 'array') return `readonly (${schema.items ? typeOf(schema.items) : 'unknown'})[]`
  if (schema.type === 'object') return objectOf(schema)
  return scalars[schema.type ?? ''] ?? 'unknown'
}

const queryOf = ({ parameters }: Operation): string => {
  const own = parameters.filter((parameter) => parameter.in === 'query')
  const fields = own.map(
    ({ name, required, schema }) => `readonly ${key(name)}${required ? '' : '?'}: ${typeOf(schema)}`,
  )
  return `{ ${fields.join('; ')} }`
}

const callOf = (operation: Operation): string => {
  const body = operation.requestBody?.content['application/json']?.schema
  const result = operation.responses['200']?.content?.['application/json']?.schema.properties?.['result']
  return `  /** ${operation.summary}. */
  readonly ${operation.operationId}: {
    readonly query: ${queryOf(operation)}
    readonly body: ${body ? typeOf(body) : 'undefined'}
    readonly result: ${result ? typeOf(result) : 'unknown'}
  }
`
}

/** The calls of the API as TypeScript: their types, and where each stands behind the account's path. */
export const apiTypes = ({ paths }: OpenApi): string => {
  const calls = Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ path, method, operation })),
  )
  const places = calls.map(
    ({ path, method, operation }) =>
      `  ${operation.operationId}: ['${method.toUpperCase()}', '${path.replace('/client/v4/accounts/{account_id}', '')}'],\n`,
  )
  return `/** Every call of the account API. Made by \`npm run docs\` from the schemas that validate them; do not edit. */
export type ApiCalls = {
${calls.map(({ operation }) => callOf(operation)).join('')}}

export type ApiCallName = keyof ApiCalls

/** Method and path of each call, behind \`/client/v4/accounts/{account_id}\`. */
export const apiPlaces: Readonly<Record<ApiCallName, readonly [method: string, path: string]>> = {
${places.join('')}}
`
}

/** What a line says besides its message, by name. Times are milliseconds, and their names say so. */
export type LogFields = Readonly<Record<string, unknown>>

/** Stands where a secret was. */
export const redacted = '[redacted]'

/** Names whose values never reach a log, however they are written: `apiToken`, `x-auth-key`, `webhook_secret` … */
const secretName = /(?:authorization|secrets?|tokens?|password|cookie|auth-?key|api-?key|master-?keys?|credentials?)$/i

/** Bounds of what one line may show of a value that somebody else made. */
const longestText = 4096
const mostEntries = 64
const deepest = 6

const cut = (text: string): string => (text.length > longestText ? `${text.slice(0, longestText)}…` : text)

const describeError = (error: Error, depth: number): LogFields => ({
  name: error.name,
  message: cut(error.message),
  ...('code' in error ? { code: plain(error.code, depth + 1) } : {}),
  stack: cut(error.stack ?? ''),
  ...(error.cause === undefined ? {} : { cause: plain(error.cause, depth + 1) }),
})

const plain = (value: unknown, depth: number): unknown => {
  if (typeof value === 'string') return cut(value)
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'object' || value === null) return value
  if (depth > deepest) return '…'
  if (value instanceof Error) return describeError(value, depth)
  if (value instanceof Uint8Array) return `${value.length} bytes`
  if (value instanceof Date || value instanceof URL) return value.toJSON()
  if (value instanceof Set || Array.isArray(value))
    return [...value].slice(0, mostEntries).map((entry) => plain(entry, depth + 1))
  return redactEntries(value instanceof Map || value instanceof Headers ? value : Object.entries(value), depth + 1)
}

const redactEntries = (entries: Iterable<[unknown, unknown]>, depth: number): LogFields =>
  Object.fromEntries(
    [...entries]
      .slice(0, mostEntries)
      .map(([name, value]) => [String(name), secretName.test(String(name)) ? redacted : plain(value, depth)]),
  )

/**
 * What a line may say of its fields: values whose names speak of secrets are replaced at any depth, errors become plain
 * objects, and text, lists and depth are bounded.
 */
export const redact = (fields: LogFields): LogFields => redactEntries(Object.entries(fields), 0)

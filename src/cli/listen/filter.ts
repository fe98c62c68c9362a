import { ConfigError } from '../../config/config-error.ts'

/** Whether an event's body is wanted. */
export type BodyFilter = (body: string) => boolean

/** What an event says; undefined where it is no JSON, which no server of ours sends. */
export const parseBody = (body: string): unknown => {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

const textAt = (value: unknown, path: readonly string[]): string | undefined => {
  let found: unknown = value
  for (const name of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined
    found = Object.entries(found).find(([key]) => key === name)?.[1]
  }
  return typeof found === 'object' ? JSON.stringify(found) : String(found)
}

/** Whether a text has the form of a pattern whose `*` stands for any characters. Takes time in proportion to both. */
export const matches = (pattern: string, text: string): boolean => {
  const [first = '', ...rest] = pattern.split('*')
  const last = rest.pop()
  if (last === undefined) return text === first
  if (!text.startsWith(first)) return false
  let at = first.length
  for (const part of rest) {
    const found = text.indexOf(part, at)
    if (found < 0) return false
    at = found + part.length
  }
  return text.length - last.length >= at && text.endsWith(last)
}

/**
 * Filters written as `image.metadata.source=profile_*`: the field at the path, as text, must have the form of the
 * pattern. Several must all hold.
 */
export const readFilters = (texts: readonly string[] = []): BodyFilter => {
  const rules = texts.map((text) => {
    const [, path, pattern] = /^([^=]+)=(.*)$/s.exec(text) ?? []
    if (path === undefined || pattern === undefined)
      throw new ConfigError('--filter must be written as field=pattern, such as image.metadata.source=profile_*.')
    return { path: path.split('.'), pattern }
  })
  return (body) => {
    if (rules.length === 0) return true
    const value = parseBody(body)
    return rules.every(({ path, pattern }) => {
      const text = textAt(value, path)
      return text !== undefined && matches(pattern, text)
    })
  }
}

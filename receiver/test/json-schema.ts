import type { JsonValue } from '../src/events/events.ts'

type Json = JsonValue | undefined

const isObject = (value: Json): value is { [key: string]: JsonValue } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isType: Record<string, (value: Json) => boolean> = {
  object: isObject,
  array: (value) => Array.isArray(value),
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
}

/** RFC 3339 with a `Z`, on a day that the calendar has. */
const isDateTime = (text: string): boolean => {
  const [, year, month, day, hour, minute, second] =
    /^(\d+)-(\d+)-(\d+)T(\d+):(\d+):(\d+)/.exec(text)?.map(Number) ?? []
  if (!year && year !== 0) return false
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][(month ?? 0) - 1] ?? 0
  return (day ?? 0) >= 1 && (day ?? 0) <= days && (hour ?? 24) < 24 && (minute ?? 60) < 60 && (second ?? 60) < 60
}

const keywords: Record<string, (rule: JsonValue, value: Json) => boolean> = {
  type: (rule, value) => isType[String(rule)]?.(value) ?? false,
  const: (rule, value) => rule === value,
  minLength: (rule, value) => typeof value !== 'string' || value.length >= Number(rule),
  pattern: (rule, value) => typeof value !== 'string' || new RegExp(String(rule), 'u').test(value),
  format: (_rule, value) => typeof value !== 'string' || isDateTime(value),
  required: (rule, value) => !isObject(value) || (Array.isArray(rule) && rule.every((name) => String(name) in value)),
  properties: (rule, value) =>
    !isObject(value) ||
    Object.entries(rule ?? {}).every(([name, schema]) => !(name in value) || matchesSchema(schema, value[name])),
  items: (rule, value) => !Array.isArray(value) || value.every((item) => matchesSchema(rule, item)),
}

const annotations = new Set(['$schema', '$id', 'title', 'description'])

/** JSON Schema 2020-12, as far as the schemas of events use it. Throws for a keyword it does not know. */
export const matchesSchema = (schema: JsonValue, value: Json): boolean =>
  Object.entries(schema ?? {}).every(([keyword, rule]) => {
    if (annotations.has(keyword)) return true
    const holds = keywords[keyword]
    if (!holds) throw new Error(`The schema keyword ${keyword} is not known here.`)
    return holds(rule, value)
  })

import { stripVTControlCharacters, styleText } from 'node:util'

const levelStyles = { debug: 'gray', info: 'cyan', warn: 'yellow', error: 'red' } as const

/** In colour where the standard error shows colours. */
const paint = (style: Parameters<typeof styleText>[0], text: string): string =>
  styleText(style, text, { stream: process.stderr })

const isLevel = (text: unknown): text is keyof typeof levelStyles => typeof text === 'string' && text in levelStyles

/** Text from outside must not move the cursor, forge a line or turn the direction of what follows. */
const harmless = (text: string): string =>
  stripVTControlCharacters(text).replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ')

const show = (value: unknown): string =>
  typeof value === 'string' && /^[\w./:@+-]+$/.test(value) ? value : harmless(JSON.stringify(value) ?? 'undefined')

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

const stackOf = (value: unknown): string[] => {
  if (!isObject(value) || typeof value['stack'] !== 'string') return []
  const [first = '', ...others] = stackOf(value['cause'])
  return [...value['stack'].split('\n'), ...(first === '' ? [] : [`because of ${first}`, ...others])]
}

/** The stacks of errors among the fields, indented below the line: what one looks for first. */
const stacks = (fields: Record<string, unknown>): string =>
  Object.values(fields)
    .flatMap(stackOf)
    .map((line) => `    ${harmless(line.trim())}\n`)
    .join('')

const withoutStack = (value: unknown): unknown => {
  if (!isObject(value) || typeof value['stack'] !== 'string') return value
  return String(value['message'])
}

/** One JSON line of the log for people: time of day, level, message, then the fields, pale. Colours follow the terminal. */
export const readableLine = (line: string): string => {
  const parsed: unknown = JSON.parse(line)
  if (!isObject(parsed)) return line
  const { level, time, message, ...fields } = parsed
  const style = isLevel(level) ? levelStyles[level] : 'white'
  const shown = Object.entries(fields).map(([name, value]) => `${name}=${show(withoutStack(value))}`)
  const parts = [
    paint('gray', new Date(String(time)).toLocaleTimeString('en-GB')),
    paint(style, String(level).padEnd(5)),
    harmless(String(message)),
    paint('gray', shown.join(' ')),
  ]
  return `${parts.join(' ').trimEnd()}\n${stacks(fields)}`
}

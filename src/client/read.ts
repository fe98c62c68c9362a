/** What JSON gave, not looked at yet. */
export type Fields = Readonly<Record<string, unknown>>

/** What a server sent is not what this API answers: it is another version, or something else altogether. */
export class AnswerError extends Error {
  override readonly name = 'AnswerError'
}

/** Readers of what an API answered: each checks what it finds, so that no cast is needed. */
const wrong = (name: string, wanted: string): AnswerError =>
  new AnswerError(`The server’s answer has no ${wanted} in "${name}"; it may be another version.`)

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A JSON object. */
export const fieldsOf = (value: unknown, name: string): Fields => {
  if (!isFields(value)) throw wrong(name, 'object')
  return value
}

export const textOf = (fields: Fields, name: string): string => {
  const value = fields[name]
  if (typeof value !== 'string') throw wrong(name, 'text')
  return value
}

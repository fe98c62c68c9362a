import { appendFileSync, readFileSync } from 'node:fs'
import { ConfigError } from '../config/config-error.ts'

/** Which move a journal is of. */
export type Move = { readonly from: string; readonly into: string }

/** What of a move is done already; a file, so that whoever comes back goes on from there. */
export type ImportJournal = { has(imageId: string): boolean; add(imageId: string): void }

const read = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  }
}

/** A line that was cut off when the process was killed is no line: its image is brought once more, and is there. */
const parse = (line: string): unknown => {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

/**
 * Opens the journal of a move, or begins it: a line that says which, then the id of each image as a JSON string.
 * @throws ConfigError when the file belongs to another move, or is none.
 */
export const openJournal = (path: string, { from, into }: Move): ImportJournal => {
  const text = read(path)
  const head = JSON.stringify({ from, into })
  const [first, ...lines] = text.split('\n')
  if (text === '') appendFileSync(path, `${head}\n`, { mode: 0o600 })
  else if (first !== head)
    throw new ConfigError(`${path} is the journal of another import; choose another file with --journal.`)
  // What comes next must not stand behind a line that was cut off.
  if (text !== '' && !text.endsWith('\n')) appendFileSync(path, '\n')
  const done = new Set(lines.map(parse).filter((id) => typeof id === 'string'))
  return {
    has: (imageId) => done.has(imageId),
    add(imageId) {
      done.add(imageId)
      appendFileSync(path, `${JSON.stringify(imageId)}\n`)
    },
  }
}

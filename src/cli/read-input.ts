import { open } from 'node:fs/promises'
import { ConfigError } from '../config/config-error.ts'

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'this user may not read it',
  ENOTDIR: 'a part of its path is a file',
}

const reasonOf = (error: unknown): string => {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return reasons[code] ?? (code || String(error))
}

/** All bytes of a stream. Throws a ConfigError that calls it `name` where there are more than the limit. */
const readAll = async (
  name: string,
  chunks: AsyncIterable<Uint8Array>,
  limitBytes: number,
): Promise<Uint8Array<ArrayBuffer>> => {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const chunk of chunks) {
    length += chunk.length
    if (length > limitBytes) throw new ConfigError(`${name} holds more than ${limitBytes} bytes, which is too much.`)
    parts.push(chunk)
  }
  return new Uint8Array(Buffer.concat(parts))
}

/** The bytes of a file. Throws a ConfigError that names it where it cannot be read or holds more than the limit. */
export const readInputFile = async (path: string, limitBytes: number): Promise<Uint8Array<ArrayBuffer>> => {
  try {
    await using file = await open(path)
    return await readAll(path, file.createReadStream({ autoClose: false }), limitBytes)
  } catch (error) {
    if (error instanceof ConfigError) throw error
    throw new ConfigError(`${path} cannot be read: ${reasonOf(error)}.`)
  }
}

/** The bytes of the standard input, up to a limit. */
export const readStandardInput = (limitBytes: number): Promise<Uint8Array<ArrayBuffer>> =>
  readAll('The standard input', process.stdin, limitBytes)

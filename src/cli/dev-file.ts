import { join } from 'node:path'
import { ConfigError } from '../config/config-error.ts'
import { readPrivateFile, writePrivateFile } from '../config/private-file.ts'

/** What `imagehooks dev` made at its first start and needs again: the only place where these are kept in the clear. */
export type DevFile = {
  readonly accountId: string
  readonly apiToken: string
  readonly inboxSecret: string
  /** Where it listened last; absent in files of older versions. */
  readonly url?: string
}

const pathIn = (dataFolder: string): string => join(dataFolder, 'dev.json')

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    // No JSON is as damaged as JSON without the fields.
    return undefined
  }
}

const isDevFile = (value: unknown): value is DevFile => {
  if (typeof value !== 'object' || value === null) return false
  const fields: Record<string, unknown> = { ...value }
  return (
    ['accountId', 'apiToken', 'inboxSecret'].every((name) => typeof fields[name] === 'string') &&
    ['string', 'undefined'].includes(typeof fields['url'])
  )
}

/** Reads it; undefined before the first start. Throws a ConfigError when it is damaged. */
export const readDevFile = async (dataFolder: string): Promise<DevFile | undefined> => {
  const path = pathIn(dataFolder)
  const text = await readPrivateFile(path)
  if (text === undefined) return undefined
  const value = parse(text)
  if (isDevFile(value)) return value
  throw new ConfigError(`${path} is damaged; remove it, and imagehooks dev makes a new account and token.`)
}

/** Keeps it (mode 0600); the process must own the data folder. */
export const writeDevFile = (dataFolder: string, { accountId, apiToken, inboxSecret, url }: DevFile): Promise<void> =>
  writePrivateFile(pathIn(dataFolder), `${JSON.stringify({ accountId, apiToken, inboxSecret, url }, null, 2)}\n`)

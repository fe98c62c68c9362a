import { statSync } from 'node:fs'
import { resolve } from 'node:path'
import { ConfigError } from '../../../config/config-error.ts'
import { imageIdProblem } from '../../../domain/image.ts'
import type { FoundFile } from './find-files.ts'

/** One image that is to be uploaded. */
export type UploadItem = {
  /** How it is called on the way: the path of a file, or the URL that the server fetches. */
  readonly source: string
  readonly kind: 'file' | 'url'
  /** The name it gets. */
  readonly filename: string
  /** The custom id; undefined where the server makes one. */
  readonly id: string | undefined
}

export type IdOptions = {
  readonly id?: string
  readonly idFromName?: boolean
  readonly idPrefix?: string
  readonly requireSignedUrls?: boolean
}

const lastPart = (text: string): string => text.split('/').at(-1) ?? ''

const nameInUrl = (text: string): string => {
  const url = URL.parse(text)
  if (!url || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    throw new ConfigError(`--from-url must be a complete URL such as https://example.com/photo.jpg; "${text}" is none.`)
  try {
    return decodeURIComponent(lastPart(url.pathname))
  } catch {
    return lastPart(url.pathname)
  }
}

const checkIds = (items: readonly UploadItem[]): void => {
  const sources = new Map<string, string>()
  for (const { id, source } of items) {
    if (id === undefined) continue
    const problem = imageIdProblem(id)
    if (problem !== undefined) throw new ConfigError(`The id "${id}" of ${source} ${problem}.`)
    const other = sources.get(id)
    if (other !== undefined)
      throw new ConfigError(
        `${other} and ${source} would both have the id "${id}"; name the folder above them, or give --id-prefix in two runs.`,
      )
    sources.set(id, source)
  }
}

/**
 * What is to be uploaded, each with its id, where the flags give one.
 * @throws ConfigError for ids that cannot be, before anything is sent.
 */
export const itemsOf = (
  files: readonly FoundFile[],
  urls: readonly string[],
  { id, idFromName, idPrefix = '', requireSignedUrls }: IdOptions,
): readonly UploadItem[] => {
  const named = [
    ...files.map(({ path, name }) => ({ source: path, kind: 'file' as const, name })),
    ...urls.map((url) => ({ source: url, kind: 'url' as const, name: nameInUrl(url) })),
  ]
  if (named.length === 0)
    throw new ConfigError('There is nothing to upload: name files, folders with --recursive, or --from-url.')
  if (id !== undefined && idFromName) throw new ConfigError('Give either --id or --id-from-name.')
  if (id !== undefined && named.length > 1)
    throw new ConfigError(`--id is for one image, and there are ${named.length}; say --id-from-name for many.`)
  if (idPrefix !== '' && !idFromName) throw new ConfigError('--id-prefix goes before names; say --id-from-name too.')
  if (requireSignedUrls && (id !== undefined || idFromName))
    throw new ConfigError('An image with a custom id cannot require signed URLs; leave one of the flags out.')
  const items = named.map(({ source, kind, name }) => ({
    source,
    kind,
    filename: lastPart(name),
    id: idFromName ? `${idPrefix}${name}` : id,
  }))
  checkIds(items)
  return items
}

/**
 * Tells one image from another, also when the command is given again: a file that has changed is another. Undefined
 * where the file is gone.
 */
export const markOf = ({ source, kind, id }: UploadItem): string | undefined => {
  if (kind === 'url') return JSON.stringify([source, id ?? null])
  const found = statSync(source, { throwIfNoEntry: false })
  return found && JSON.stringify([resolve(source), found.size, found.mtimeMs, id ?? null])
}

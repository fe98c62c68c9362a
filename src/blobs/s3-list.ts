import type { Clock } from '../domain/clock.ts'
import { isBlobKey } from './blob-key.ts'
import type { BlobStore, ListedBlob } from './blob-store.ts'
import { readText } from './s3-body.ts'
import type { S3Client } from './s3-client.ts'
import { StorageError, unavailable } from './s3-error.ts'
import { childText, readXml } from './s3-xml.ts'

/** A thousand objects with the longest names are below that. */
const longestPageBytes = 8 * 1024 * 1024

type Page = {
  readonly blobs: readonly ListedBlob[]
  /** By the storage's own clock, which is the one that dated the blobs. */
  readonly takenAt: number
  /** Leads to the page after; absent on the last one. */
  readonly next?: string
}

const readPage = (xml: string, prefixLength: number): Omit<Page, 'takenAt'> => {
  const root = readXml(xml)
  if (root.name !== 'ListBucketResult') throw new Error(`<${root.name}> is no listing`)
  const blobs = root.children.flatMap((entry): ListedBlob[] => {
    const key = entry.name === 'Contents' ? childText(entry, 'Key')?.slice(prefixLength) : undefined
    if (key === undefined || !isBlobKey(key)) return []
    const createdAt = Date.parse(childText(entry, 'LastModified') ?? '')
    if (Number.isNaN(createdAt)) throw new Error(`${key} has no date`)
    return [{ key, createdAt }]
  })
  const next = childText(root, 'IsTruncated') === 'true' ? childText(root, 'NextContinuationToken') : undefined
  return { blobs, ...(next && { next }) }
}

/** The listing of a place in the storage, page by page; objects that are not blobs are passed over. */
export const createListing = ({ send }: S3Client, prefix: string, clock: Clock): BlobStore['list'] => {
  const above = prefix === '' ? '' : `${prefix}/`
  const fetchPage = (token: string | undefined): Promise<Page> =>
    send(
      {
        method: 'GET',
        query: {
          'list-type': '2',
          delimiter: '/',
          ...(above && { prefix: above }),
          ...(token && { 'continuation-token': token }),
        },
      },
      async (response) => {
        const text = await readText(response, longestPageBytes)
        const dated = Date.parse(response.headers.get('date') ?? '')
        try {
          // A header names whole seconds, and a blob of the same second is not younger than now.
          return { ...readPage(text, above.length), takenAt: Number.isNaN(dated) ? clock.now() : dated + 999 }
        } catch (cause) {
          throw new StorageError('The storage answered a listing that is not understood.', { mayPass: false, cause })
        }
      },
    )

  return async function* list({ olderThanMs }) {
    let token: string | undefined
    do {
      const { blobs, takenAt, next } = await fetchPage(token)
      for (const blob of blobs) if (blob.createdAt <= takenAt - olderThanMs) yield blob
      if (next !== undefined && next === token)
        throw unavailable(
          new StorageError('The storage answers the same page of a listing again and again.', { mayPass: false }),
        )
      token = next
    } while (token !== undefined)
  }
}

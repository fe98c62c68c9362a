import type { ByteRange, StoredBlob } from '../blobs/blob-store.ts'
import type { Image } from '../domain/image.ts'
import { mimeTypes } from '../pixels/formats.ts'
import type { WantedPart } from './byte-range.ts'
import { userBytesHeaders } from './security-headers.ts'

/** What is read for a part; nothing for one that cannot be. */
export const rangeOf = (part: WantedPart): ByteRange | undefined => {
  if (part === 'all') return undefined
  return part === 'unsatisfiable' ? { start: 0, end: 0 } : { start: part.first, end: part.last + 1 }
}

/** Answers the original bytes, or the part that was opened, as they are read. */
export const answerBlob = async (
  { image, blob }: { readonly image: Image; readonly blob: StoredBlob },
  part: WantedPart,
  headOnly: boolean,
): Promise<Response> => {
  const { sizeBytes } = blob
  const headers = {
    ...userBytesHeaders,
    'content-type': mimeTypes[image.format],
    'accept-ranges': 'bytes',
    etag: `"${image.digest}"`,
    'cache-control': 'private, no-store',
  }
  if (headOnly || part === 'unsatisfiable') await blob.body.cancel()
  if (part === 'unsatisfiable')
    return new Response(null, { status: 416, headers: { ...headers, 'content-range': `bytes */${sizeBytes}` } })
  if (part === 'all')
    return new Response(headOnly ? null : blob.body, { headers: { ...headers, 'content-length': String(sizeBytes) } })
  return new Response(blob.body, {
    status: 206,
    headers: {
      ...headers,
      'content-length': String(part.last + 1 - part.first),
      'content-range': `bytes ${part.first}-${part.last}/${sizeBytes}`,
    },
  })
}

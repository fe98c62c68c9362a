import { createHash } from 'node:crypto'
import { createReadStream, openAsBlob } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { ApiError } from '../../../client/api-error.ts'
import type { CallResult, Client } from '../../../client/client.ts'
import { isPassing, type Patience } from '../../../client/patience.ts'
import { imageLimits, type Meta } from '../../../domain/image.ts'
import { size } from '../../measures.ts'
import type { UploadItem } from './upload-item.ts'

export type StoredImage = CallResult<'postImagesV1'>

/** What every image of a run is given. */
export type UploadFields = {
  readonly meta: Meta | undefined
  readonly creator: string | undefined
  readonly requireSignedURLs: boolean
}

/** How an upload ended well: it was made now, or it was there under this id, with the same bytes. */
export type Sent =
  | { readonly outcome: 'uploaded'; readonly image: StoredImage; readonly bytes: number }
  | { readonly outcome: 'present'; readonly id: string }

/** What only this machine could know to be wrong with a file. */
export class FileFault extends Error {
  override readonly name = 'FileFault'
}

const alreadyThere = 5409

/** The bytes stay on the disk until they are sent, whatever their number. */
const fileOf = async ({ source }: UploadItem): Promise<Blob> => {
  const blob = await openAsBlob(source).catch((cause: unknown) => {
    throw new FileFault('It cannot be read, or is not there any more.', { cause })
  })
  if (blob.size > imageLimits.fileBytes)
    throw new FileFault(`It has ${size(blob.size)}; images may have up to ${size(imageLimits.fileBytes)}.`)
  return blob
}

const formOf = (item: UploadItem, fields: UploadFields, file: Blob | undefined): FormData => {
  const form = new FormData()
  if (item.id !== undefined) form.append('id', item.id)
  if (fields.meta) form.append('metadata', JSON.stringify(fields.meta))
  if (fields.creator) form.append('creator', fields.creator)
  if (fields.requireSignedURLs) form.append('requireSignedURLs', 'true')
  if (file) form.append('file', file, item.filename)
  else form.append('url', item.source)
  return form
}

export const digestOf = async (path: string): Promise<string> => {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

/** The digest of the bytes that an image has at the server; undefined where there are none. */
export const storedDigest = async (client: Client, id: string): Promise<string | undefined> => {
  try {
    const headers = { accept: 'image/*', range: 'bytes=0-0' }
    const response = await client.open('getImagesV1ImageIdBlob', { path: { image_id: id }, headers })
    await response.body?.cancel()
    return response.headers.get('etag')?.replaceAll('"', '')
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined
    throw error
  }
}

/** Whether the file was gone, or another one, when its bytes were wanted. */
const isUnreadable = (error: unknown): boolean => {
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    if (cause.name === 'NotReadableError') return true
  return false
}

/** Whether the image that has the id already is this file: then a run before this one has brought it. */
const isSame = async (client: Client, { id, kind, source }: UploadItem): Promise<boolean> =>
  id !== undefined && kind === 'file' && (await storedDigest(client, id)) === (await digestOf(source))

/** Whether the same request may go better later. */
export const mayPass = ({ status }: ApiError): boolean => status === 0 || isPassing(status)

export type SendParts = {
  readonly client: Client
  readonly fields: UploadFields
  readonly patience: Patience
  /** Told when the server is waited for, and why. */
  readonly waiting: (error: ApiError) => void
  /** Aborted when nobody wants to wait any longer. */
  readonly stopping: AbortSignal
}

/**
 * Uploads one image under a key, as often as it takes: the server makes one image of it.
 * @throws ApiError what the server refuses; FileFault what is wrong with the file.
 */
export const sendImage = async (
  { client, fields, patience, waiting, stopping }: SendParts,
  item: UploadItem,
  key: string,
): Promise<Sent> => {
  const file = item.kind === 'file' ? await fileOf(item) : undefined
  const send = () =>
    client.call('postImagesV1', { body: formOf(item, fields, file), headers: { 'idempotency-key': key } })
  try {
    const image = await patience(send, (outcome) => {
      const error = 'problem' in outcome ? outcome.problem : undefined
      if (!(error instanceof ApiError) || stopping.aborted || isUnreadable(error)) return { again: false }
      const again = mayPass(error)
      if (again) waiting(error)
      return { again, afterMs: error.retryAfterMs }
    })
    return { outcome: 'uploaded', image, bytes: file?.size ?? 0 }
  } catch (error) {
    if (isUnreadable(error)) throw new FileFault('It changed while it was sent.', { cause: error })
    if (!(error instanceof ApiError)) throw error
    if (error.code === alreadyThere && (await isSame(client, item))) return { outcome: 'present', id: item.id ?? '' }
    throw error
  }
}

import type { Image, ImageFormat, ImageRecord } from '../domain/image.ts'
import type { Database, Row, Statement, Unit } from './database.ts'
import { deleteImageMeta, insertImageMeta } from './image-meta.ts'
import { flag, jsonObject, number, text, textOrNull, word } from './row.ts'

const formats: readonly ImageFormat[] = ['jpeg', 'png', 'gif', 'webp', 'avif', 'heic', 'svg']

/** What every row says, a draft's too. */
export const toRecord = (row: Row): ImageRecord => ({
  accountId: text(row, 'account_id'),
  id: text(row, 'id'),
  filename: text(row, 'filename'),
  meta: textOrNull(row, 'meta') === null ? null : jsonObject(row, 'meta'),
  creator: textOrNull(row, 'creator'),
  requireSignedURLs: flag(row, 'require_signed_urls'),
  uploadedAt: number(row, 'uploaded_at'),
})

/** The image in a row that holds all its columns. */
export const toImage = (row: Row): Image => ({
  ...toRecord(row),
  format: word(row, 'format', formats),
  width: number(row, 'width'),
  height: number(row, 'height'),
  sizeBytes: number(row, 'size_bytes'),
  blobKey: text(row, 'blob_key'),
  digest: text(row, 'digest'),
})

/** Its conflict means that the id is taken. */
export const insertImage = (image: Image): Statement => ({
  sql: `insert into image (account_id, id, state, filename, format, width, height, size_bytes, blob_key, digest, meta,
          creator, require_signed_urls, uploaded_at)
        values ($1, $2, 'stored', $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
  parameters: [
    image.accountId,
    image.id,
    image.filename,
    image.format,
    image.width,
    image.height,
    image.sizeBytes,
    image.blobKey,
    image.digest,
    image.meta === null ? null : JSON.stringify(image.meta),
    image.creator,
    image.requireSignedURLs ? 1 : 0,
    image.uploadedAt,
  ],
  expect: 1,
})

/** Makes a stored image of its draft; the first statement does not hold when the draft is gone. */
export const fillDraft = (image: Image): Unit => [
  {
    sql: `update image set state = 'stored', filename = $3, format = $4, width = $5, height = $6, size_bytes = $7,
          blob_key = $8, digest = $9, uploaded_at = $10
        where account_id = $1 and id = $2 and state = 'draft'`,
    parameters: [
      image.accountId,
      image.id,
      image.filename,
      image.format,
      image.width,
      image.height,
      image.sizeBytes,
      image.blobKey,
      image.digest,
      image.uploadedAt,
    ],
    expect: 1,
  },
  ...insertImageMeta(image),
]

/** An image and what its metadata says. A conflict of the first statement means that the id is taken. */
export const storeImage = (image: Image): Unit => [insertImage(image), ...insertImageMeta(image)]

/** Changes what may change of exactly the image that was looked up, and what its metadata says. */
export const updateImage = (image: Image): Unit => [
  {
    sql: `update image set meta = $4, creator = $5, require_signed_urls = $6
          where account_id = $1 and id = $2 and blob_key = $3 and state = 'stored'`,
    parameters: [
      image.accountId,
      image.id,
      image.blobKey,
      image.meta === null ? null : JSON.stringify(image.meta),
      image.creator,
      image.requireSignedURLs ? 1 : 0,
    ],
    expect: 1,
  },
  deleteImageMeta(image),
  ...insertImageMeta(image),
]

/** Removes exactly the image that was looked up: one uploaded anew under its id stays. */
export const deleteImage = (image: Image): Unit => [
  {
    sql: 'delete from image where account_id = $1 and id = $2 and blob_key = $3',
    parameters: [image.accountId, image.id, image.blobKey],
    expect: 1,
  },
  deleteImageMeta(image),
]

export const findImage = async (database: Database, accountId: string, id: string): Promise<Image | undefined> => {
  const [row] = await database.read("select * from image where account_id = $1 and id = $2 and state = 'stored'", [
    accountId,
    id,
  ])
  return row && toImage(row)
}

/** The draft of that id, while it may be filled. */
export const findDraft = async (
  database: Database,
  accountId: string,
  id: string,
  now: number,
): Promise<ImageRecord | undefined> => {
  const [row] = await database.read(
    `select image.* from image
     join direct_upload on direct_upload.account_id = image.account_id and direct_upload.image_id = image.id
     where image.account_id = $1 and image.id = $2 and image.state = 'draft' and direct_upload.expires_at > $3`,
    [accountId, id, now],
  )
  return row && toRecord(row)
}

/** Whether an image has this blob. */
export const blobHasImage = async (database: Database, blobKey: string): Promise<boolean> =>
  (await database.read('select 1 as one from image where blob_key = $1', [blobKey])).length > 0

/** How many stored images an account has; the table of images keeps the tally. */
export const countImages = async (database: Database, accountId: string): Promise<number> => {
  const [row] = await database.read(
    'select coalesce(sum(images), 0) as images from image_tally where account_id = $1',
    [accountId],
  )
  return row ? number(row, 'images') : 0
}

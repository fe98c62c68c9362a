import type { ImageRecord } from '../domain/image.ts'
import type { Database, Statement, Unit } from './database.ts'
import { toRecord } from './images.ts'
import { number, numberOrNull, text } from './row.ts'

/** Leave to fill a draft once. */
export type DirectUpload = {
  readonly draft: ImageRecord
  /** SHA-256 of the secret in the upload URL, lower-case hex. */
  readonly secretDigest: string
  readonly expiresAt: number
  readonly failureCount: number
}

/**
 * A draft and the leave to fill it. A conflict of the first statement means that the id is taken. What a draft cannot
 * know yet holds nothing; its blob key is made up, since no two rows may have the same.
 */
export const insertDraft = (
  { draft, secretDigest, expiresAt, failureCount }: DirectUpload,
  noBlobKey: string,
): Unit => [
  {
    sql: `insert into image (account_id, id, state, filename, format, width, height, size_bytes, blob_key, digest, meta,
            creator, require_signed_urls, uploaded_at)
          values ($1, $2, 'draft', $3, '', 0, 0, 0, $4, '', $5, $6, $7, $8)`,
    parameters: [
      draft.accountId,
      draft.id,
      draft.filename,
      noBlobKey,
      draft.meta === null ? null : JSON.stringify(draft.meta),
      draft.creator,
      draft.requireSignedURLs ? 1 : 0,
      draft.uploadedAt,
    ],
    expect: 1,
  },
  // One of an image that had this id before is of no use any more.
  {
    sql: 'delete from direct_upload where account_id = $1 and image_id = $2',
    parameters: [draft.accountId, draft.id],
  },
  {
    sql: `insert into direct_upload (account_id, image_id, secret_digest, expires_at, failure_count)
          values ($1, $2, $3, $4, $5)`,
    parameters: [draft.accountId, draft.id, secretDigest, expiresAt, failureCount],
    expect: 1,
  },
]

/** Uses an upload up; its count tells whether it still could be used. The secret tells it from a later one of that id. */
export const useDirectUpload = ({ draft, secretDigest }: DirectUpload, usedAt: number): Statement => ({
  sql: `update direct_upload set used_at = $4
        where account_id = $1 and image_id = $2 and secret_digest = $3 and used_at is null`,
  parameters: [draft.accountId, draft.id, secretDigest, usedAt],
  expect: 1,
})

/** Counts a failure; its count tells whether the upload was still open, with fewer failures than `most`. */
export const countFailure = ({ draft, secretDigest }: DirectUpload, most: number): Statement => ({
  sql: `update direct_upload set failure_count = failure_count + 1
        where account_id = $1 and image_id = $2 and secret_digest = $3 and used_at is null and failure_count < $4`,
  parameters: [draft.accountId, draft.id, secretDigest, most],
  expect: 1,
})

/** The row of an upload, used or not. `draft` is undefined when its image is filled or gone. */
export type FoundDirectUpload = Omit<DirectUpload, 'draft'> & {
  readonly draft: ImageRecord | undefined
  readonly usedAt: number | null
}

export const findDirectUpload = async (
  database: Database,
  accountId: string,
  imageId: string,
): Promise<FoundDirectUpload | undefined> => {
  const [row] = await database.read(
    `select image.*, direct_upload.secret_digest as secret_digest, direct_upload.expires_at as expires_at,
       direct_upload.used_at as used_at, direct_upload.failure_count as failure_count
     from direct_upload
     left join image on image.account_id = direct_upload.account_id and image.id = direct_upload.image_id
       and image.state = 'draft'
     where direct_upload.account_id = $1 and direct_upload.image_id = $2`,
    [accountId, imageId],
  )
  return (
    row && {
      draft: row['id'] === null ? undefined : toRecord(row),
      secretDigest: text(row, 'secret_digest'),
      expiresAt: number(row, 'expires_at'),
      usedAt: numberOrNull(row, 'used_at'),
      failureCount: number(row, 'failure_count'),
    }
  )
}

/** Removes the draft of that id if it expired by then; an upload that is under way finds it gone. */
export const deleteExpiredDraft = (accountId: string, imageId: string, now: number): Statement => ({
  sql: `delete from image where account_id = $1 and id = $2 and state = 'draft' and exists (
          select 1 from direct_upload
          where direct_upload.account_id = image.account_id and direct_upload.image_id = image.id and expires_at <= $3)`,
  parameters: [accountId, imageId, now],
})

/** Removes a draft and the leave to fill it; the first statement does not hold when there is none. */
export const deleteDraft = (accountId: string, imageId: string): Unit => [
  {
    sql: "delete from image where account_id = $1 and id = $2 and state = 'draft'",
    parameters: [accountId, imageId],
    expect: 1,
  },
  { sql: 'delete from direct_upload where account_id = $1 and image_id = $2', parameters: [accountId, imageId] },
]

/** Removes up to `limit` uploads that expired by then, with drafts that were never filled; answers how many. */
export const sweepDirectUploads = async (database: Database, expiredBy: number, limit: number): Promise<number> => {
  const rows = await database.read(
    'select account_id, image_id from direct_upload where expires_at <= $1 order by expires_at limit $2',
    [expiredBy, limit],
  )
  const unit = rows.flatMap((row) => {
    const parameters = [text(row, 'account_id'), text(row, 'image_id'), expiredBy]
    return [
      {
        sql: `delete from image where account_id = $1 and id = $2 and state = 'draft' and exists (
                select 1 from direct_upload
                where direct_upload.account_id = image.account_id and direct_upload.image_id = image.id and expires_at <= $3)`,
        parameters,
      },
      { sql: 'delete from direct_upload where account_id = $1 and image_id = $2 and expires_at <= $3', parameters },
    ]
  })
  if (unit.length > 0) await database.write(unit)
  return rows.length
}

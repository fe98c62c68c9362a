import { createHash } from 'node:crypto'
import type { Image } from '../domain/image.ts'
import { metaFields, type MetaScalar } from '../domain/meta-filter.ts'
import type { Statement, Unit } from './database.ts'

/** Longer values stand in the index by their digest. */
const longestValue = 100

/** A value as the index knows it: its JSON, which tells its type too and holds no control characters. */
export const metaValue = (value: MetaScalar): string => {
  // -0 is 0 to whoever compares.
  const text = JSON.stringify(value)
  return text.length <= longestValue ? text : `#${createHash('sha256').update(text).digest('base64url')}`
}

/** What an image's metadata says, for filters to find it by; in the unit that stores the image. */
export const insertImageMeta = ({ accountId, id, meta, uploadedAt }: Image): Unit =>
  metaFields(meta).map(({ path, value }) => ({
    sql: `insert into image_meta (account_id, image_id, path, value, number_value, uploaded_at)
          values ($1, $2, $3, $4, $5, $6)`,
    parameters: [accountId, id, path, metaValue(value), typeof value === 'number' ? value : null, uploadedAt],
    expect: 1,
  }))

export const deleteImageMeta = ({ accountId, id }: Pick<Image, 'accountId' | 'id'>): Statement => ({
  sql: 'delete from image_meta where account_id = $1 and image_id = $2',
  parameters: [accountId, id],
})

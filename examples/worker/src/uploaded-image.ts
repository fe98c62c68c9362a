import type { ImageUploadedEvent } from '@imagehooks/receiver'
import { d1Database } from '@imagehooks/receiver/d1'
import { save } from '@imagehooks/receiver/steps'
import type { Database } from './platform.ts'

const upsert = `
  insert into uploaded_image (id, filename, uploaded_at, user_id, variants) values ($1, $2, $3, $4, $5)
  on conflict (id) do update set
    filename = excluded.filename, uploaded_at = excluded.uploaded_at,
    user_id = excluded.user_id, variants = excluded.variants
  where excluded.uploaded_at >= uploaded_image.uploaded_at`

/**
 * Writes the row of an uploaded image. Safe to repeat, and an older upload under the same id that arrives late does not
 * overwrite a newer one. `user_id` is null where the metadata names no user.
 */
export const saveUploadedImage = save<ImageUploadedEvent, { DB: Database }>({
  database: ({ DB }) => d1Database(DB),
  statement({ event: { image } }) {
    // Metadata is the uploader's own word: enough to show, never enough to decide who owns the image.
    const userId = image.metadata?.['userId']
    return [
      upsert,
      image.id,
      image.filename,
      Date.parse(image.uploaded),
      typeof userId === 'string' ? userId : undefined,
      JSON.stringify(image.variants),
    ]
  },
})

import type { Image } from '../domain/image.ts'
import type { Variant } from '../domain/variant.ts'
import type { Database, Row } from './database.ts'
import { toImage } from './images.ts'
import { toVariant } from './variants.ts'

/** What a variant URL names. */
export type Served = { readonly image: Image | undefined; readonly variant: Variant | undefined }

const toServedVariant = (row: Row): Variant =>
  toVariant({
    ...row,
    account_id: row['owner_id'],
    id: row['variant_id'],
    width: row['box_width'],
    height: row['box_height'],
  })

/** The image and the variant that a variant URL names, in one read; undefined when no account has that hash. */
export const findServed = async (
  database: Database,
  accountHash: string,
  imageId: string,
  variantId: string,
): Promise<Served | undefined> => {
  const [row] = await database.read(
    `select image.*, account.id as owner_id, variant.id as variant_id, variant.fit as fit,
       variant.exif_policy as exif_policy, variant.width as box_width, variant.height as box_height,
       variant.never_require_signed_urls as never_require_signed_urls, variant.revision as revision
     from account
     left join image on image.account_id = account.id and image.id = $2 and image.state = 'stored'
     left join variant on variant.account_id = account.id and variant.id = $3
     where account.hash = $1`,
    [accountHash, imageId, variantId],
  )
  if (!row) return undefined
  return {
    image: row['id'] === null ? undefined : toImage(row),
    variant: row['variant_id'] === null ? undefined : toServedVariant(row),
  }
}

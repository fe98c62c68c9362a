import type { AccountSettings } from '../domain/account.ts'
import type { Image } from '../domain/image.ts'
import type { Variant } from '../domain/variant.ts'
import { toAccountSettings } from './accounts.ts'
import type { Database, Row } from './database.ts'
import { toImage } from './images.ts'
import { text } from './row.ts'
import { toVariant } from './variants.ts'

/** What a variant URL names, and what its account says of serving. Keys are asked for where a signature is to be checked. */
export type Served = {
  readonly accountId: string
  readonly settings: AccountSettings
  readonly image: Image | undefined
  readonly variant: Variant | undefined
}

const toServedVariant = (row: Row): Variant =>
  toVariant({
    ...row,
    account_id: row['owner_id'],
    id: row['variant_id'],
    width: row['box_width'],
    height: row['box_height'],
    browser_ttl_seconds: row['variant_browser_ttl_seconds'],
  })

/** The image and the variant that a variant URL names, in one read; undefined when no account has that hash. */
export const findServed = async (
  database: Database,
  accountHash: string,
  imageId: string,
  variantId: string,
): Promise<Served | undefined> => {
  const [row] = await database.read(
    `select image.*, account.id as owner_id, account.flexible_variants as flexible_variants,
       account.browser_ttl_seconds as browser_ttl_seconds, variant.browser_ttl_seconds as variant_browser_ttl_seconds,
       variant.id as variant_id, variant.fit as fit,
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
    accountId: text(row, 'owner_id'),
    settings: toAccountSettings(row),
    image: row['id'] === null ? undefined : toImage(row),
    variant: row['variant_id'] === null ? undefined : toServedVariant(row),
  }
}

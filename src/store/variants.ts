import type { ExifPolicy, Fit, Variant } from '../domain/variant.ts'
import type { Database, Row, Statement } from './database.ts'
import { flag, number, text, word } from './row.ts'

const fits: readonly Fit[] = ['scale-down', 'contain', 'cover', 'crop', 'pad']
const exifPolicies: readonly ExifPolicy[] = ['keep', 'copyright', 'none']

/** The variant in a row that holds all its columns. */
export const toVariant = (row: Row): Variant => ({
  accountId: text(row, 'account_id'),
  id: text(row, 'id'),
  options: {
    fit: word(row, 'fit', fits),
    exifPolicy: word(row, 'exif_policy', exifPolicies),
    width: number(row, 'width'),
    height: number(row, 'height'),
  },
  neverRequireSignedURLs: flag(row, 'never_require_signed_urls'),
  revision: number(row, 'revision'),
})

export const insertVariant = (variant: Variant): Statement => ({
  sql: `insert into variant (account_id, id, fit, exif_policy, width, height, never_require_signed_urls, revision)
        values ($1, $2, $3, $4, $5, $6, $7, $8)`,
  parameters: [
    variant.accountId,
    variant.id,
    variant.options.fit,
    variant.options.exifPolicy,
    variant.options.width,
    variant.options.height,
    variant.neverRequireSignedURLs ? 1 : 0,
    variant.revision,
  ],
  expect: 1,
})

/** An account's variants by name. */
export const listVariants = async (database: Database, accountId: string): Promise<readonly Variant[]> =>
  (await database.read('select * from variant where account_id = $1 order by id', [accountId])).map(toVariant)

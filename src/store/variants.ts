import { exifPolicies, variantFits } from '../domain/transform.ts'
import type { Variant, VariantOptions } from '../domain/variant.ts'
import type { Database, Row, Statement, Unit, Value } from './database.ts'
import { flag, number, numberOrNull, text, word } from './row.ts'
import { takeAccount } from './take-account.ts'

const toOptions = (row: Row): VariantOptions => {
  const width = numberOrNull(row, 'width')
  const height = numberOrNull(row, 'height')
  const browserTtlSeconds = numberOrNull(row, 'browser_ttl_seconds')
  return {
    fit: word(row, 'fit', variantFits),
    exifPolicy: word(row, 'exif_policy', exifPolicies),
    ...(width !== null && { width }),
    ...(height !== null && { height }),
    ...(browserTtlSeconds !== null && { browserTtlSeconds }),
  }
}

/** The variant in a row that holds all its columns. */
export const toVariant = (row: Row): Variant => ({
  accountId: text(row, 'account_id'),
  id: text(row, 'id'),
  options: toOptions(row),
  neverRequireSignedURLs: flag(row, 'never_require_signed_urls'),
  revision: number(row, 'revision'),
})

const columns = `account_id, id, fit, exif_policy, width, height, browser_ttl_seconds, never_require_signed_urls, revision`

const valuesOf = ({ accountId, id, options, neverRequireSignedURLs, revision }: Variant): readonly Value[] => [
  accountId,
  id,
  options.fit,
  options.exifPolicy,
  options.width ?? null,
  options.height ?? null,
  options.browserTtlSeconds ?? null,
  neverRequireSignedURLs ? 1 : 0,
  revision,
]

/** Its conflict means that the account has a variant of that name. */
export const insertVariant = (variant: Variant): Statement => ({
  sql: `insert into variant (${columns}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
  parameters: valuesOf(variant),
  expect: 1,
})

/** The same, unless the account has that many variants already: then the unit is undone by the count of its last. */
export const insertVariantWithin = (variant: Variant, limit: number): Unit => [
  takeAccount(variant.accountId),
  {
    sql: `insert into variant (${columns})
          select $1, $2, $3, $4, $5, $6, $7, $8, $9
          where (select count(*) from variant where account_id = $1) < $10`,
    parameters: [...valuesOf(variant), limit],
    expect: 1,
  },
]

/** What a change says; undefined = as it was. */
export type VariantChange = { readonly options: VariantOptions; readonly neverRequireSignedURLs: boolean | undefined }

/** Changes a variant; the new revision outdates its renditions. Its `returning` is the variant's row. */
export const updateVariant = (
  accountId: string,
  id: string,
  { options, neverRequireSignedURLs }: VariantChange,
): Statement => ({
  sql: `update variant set fit = $3, exif_policy = $4, width = $5, height = $6, browser_ttl_seconds = $7,
          never_require_signed_urls = coalesce($8, never_require_signed_urls), revision = revision + 1
        where account_id = $1 and id = $2 returning *`,
  parameters: [
    accountId,
    id,
    options.fit,
    options.exifPolicy,
    options.width ?? null,
    options.height ?? null,
    options.browserTtlSeconds ?? null,
    neverRequireSignedURLs === undefined ? null : Number(neverRequireSignedURLs),
  ],
  expect: 1,
})

export const deleteVariant = (accountId: string, id: string): Statement => ({
  sql: 'delete from variant where account_id = $1 and id = $2',
  parameters: [accountId, id],
  expect: 1,
})

export const findVariant = async (database: Database, accountId: string, id: string): Promise<Variant | undefined> => {
  const [row] = await database.read('select * from variant where account_id = $1 and id = $2', [accountId, id])
  return row && toVariant(row)
}

/** An account's variants by name. */
export const listVariants = async (database: Database, accountId: string): Promise<readonly Variant[]> =>
  (await database.read('select * from variant where account_id = $1 order by id', [accountId])).map(toVariant)

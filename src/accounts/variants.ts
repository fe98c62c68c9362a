import { AppError } from '../domain/errors.ts'
import { publicVariant, type Variant, variantIdProblem, variantLimits, type VariantOptions } from '../domain/variant.ts'
import type { Database } from '../store/database.ts'
import {
  deleteVariant,
  findVariant,
  insertVariantWithin,
  listVariants,
  updateVariant,
  type VariantChange,
  toVariant,
} from '../store/variants.ts'

export type NewVariant = {
  readonly id: string
  readonly options: VariantOptions
  readonly neverRequireSignedURLs: boolean
}

export type Variants = {
  /** By name. */
  list(accountId: string): Promise<readonly Variant[]>
  /** @throws AppError `variant_not_found`, as all that follow where there is no such variant. */
  find(accountId: string, id: string): Promise<Variant>
  /** @throws AppError `bad_request` for a name that cannot be one, `variant_exists`, `variant_limit`. */
  create(accountId: string, wish: NewVariant): Promise<Variant>
  /** Its new revision outdates every rendition on every node, and their ETags. */
  edit(accountId: string, id: string, change: VariantChange): Promise<Variant>
  /** @throws AppError `bad_request` for `public`, which every account has. */
  remove(accountId: string, id: string): Promise<void>
}

const notFound = (id: string): AppError =>
  new AppError('variant_not_found', `There is no variant with the name "${id.slice(0, variantLimits.idCharacters)}".`)

/** The variants of accounts. */
export const createVariants = (database: Database): Variants => {
  const find = async (accountId: string, id: string): Promise<Variant> => {
    // What cannot be a name is no key either: PostgreSQL takes no NUL.
    const variant = variantIdProblem(id) === undefined ? await findVariant(database, accountId, id) : undefined
    if (variant) return variant
    throw notFound(id)
  }

  return {
    list: (accountId) => listVariants(database, accountId),
    find,
    async create(accountId, { id, options, neverRequireSignedURLs }) {
      const problem = variantIdProblem(id)
      if (problem !== undefined)
        throw new AppError('bad_request', `The name of a variant ${problem}.`, { pointer: '/id' })
      const variant: Variant = { accountId, id, options, neverRequireSignedURLs, revision: 1 }
      const outcome = await database.write(insertVariantWithin(variant, variantLimits.perAccount))
      if (outcome.committed) return variant
      if (outcome.reason === 'conflict' || (await findVariant(database, accountId, id)))
        throw new AppError('variant_exists', `A variant with the name "${id}" already exists; change it by PATCH.`, {
          pointer: '/id',
        })
      throw new AppError(
        'variant_limit',
        `The account has ${variantLimits.perAccount} variants; delete one that is not used first.`,
      )
    },
    async edit(accountId, id, change) {
      await find(accountId, id)
      const outcome = await database.write([updateVariant(accountId, id, change)])
      const row = outcome.committed ? outcome.rows[0]?.[0] : undefined
      if (!row) throw notFound(id)
      return toVariant(row)
    },
    async remove(accountId, id) {
      if (id === publicVariant.id)
        throw new AppError('bad_request', 'The variant "public" cannot be deleted; change it by PATCH instead.')
      await find(accountId, id)
      if (!(await database.write([deleteVariant(accountId, id)])).committed) throw notFound(id)
    },
  }
}

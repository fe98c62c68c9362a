import type { Account } from '../domain/account.ts'
import { AppError } from '../domain/errors.ts'
import type { MetaFilter } from '../domain/meta-filter.ts'
import {
  listImagesByNumber,
  listImagesByPlace,
  type ListOrder,
  type ListPage,
  type ListPlace,
} from '../store/image-list.ts'
import { pageToken, readPageToken } from '../store/page-token.ts'
import { type ImagesParts, type ShownImage, variantUrlsOf } from './parts.ts'

/** One page of an account's images by its number, newest first. */
export type NumberedPageWish = {
  /** From 1. */
  readonly page: number
  readonly perPage: number
  /** That one's only; empty = those without one. */
  readonly creator?: string | undefined
}

/** One page of an account's images, going on where a token says. */
export type PageWish = {
  readonly perPage: number
  readonly creator?: string | undefined
  readonly filters: readonly MetaFilter[]
  /** Default: as the token says, else newest first. */
  readonly order?: ListOrder | undefined
  readonly token?: string | undefined
}

export type ImagesPage = {
  readonly images: readonly ShownImage[]
  /** For the next page; null at the end. */
  readonly token: string | null
}

const show = async (
  parts: ImagesParts,
  account: Account,
  images: ListPage['images'],
): Promise<readonly ShownImage[]> => {
  const urlsOf = await variantUrlsOf(parts, account)
  return images.map((image) => ({ image, variants: urlsOf(image.id) }))
}

export const listByNumber = async (
  parts: ImagesParts,
  account: Account,
  { page, perPage, creator }: NumberedPageWish,
): Promise<readonly ShownImage[]> => {
  const wish = { creator, limit: perPage, offset: (page - 1) * perPage }
  return show(parts, account, await listImagesByNumber(parts.database, account.id, wish))
}

/** A token holds its order: who goes on with it alone goes on in the same direction. */
const readToken = (token: string | undefined): { order: ListOrder; after: ListPlace } | undefined => {
  const key = readPageToken(token, ['string', 'number', 'string'])
  if (!key) return undefined
  const [order, uploadedAt, id] = key
  if ((order !== 'asc' && order !== 'desc') || !Number.isSafeInteger(uploadedAt))
    throw new AppError(
      'bad_request',
      'continuation_token is not one that this server gave; ask for the first page again.',
      { pointer: 'continuation_token' },
    )
  return { order, after: { uploadedAt: Number(uploadedAt), id: String(id) } }
}

export const listByToken = async (parts: ImagesParts, account: Account, wish: PageWish): Promise<ImagesPage> => {
  const begun = readToken(wish.token)
  if (begun && wish.order !== undefined && wish.order !== begun.order)
    throw new AppError('bad_request', `sort_order must stay ${begun.order}, as the continuation_token has it.`, {
      pointer: 'sort_order',
    })
  const order = begun?.order ?? wish.order ?? 'desc'
  const { images, next } = await listImagesByPlace(parts.database, account.id, {
    creator: wish.creator,
    filters: wish.filters,
    order,
    after: begun?.after,
    limit: wish.perPage,
  })
  return {
    images: await show(parts, account, images),
    token: next ? pageToken([order, next.uploadedAt, next.id]) : null,
  }
}

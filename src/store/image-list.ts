import type { Image } from '../domain/image.ts'
import { fulfils, type MetaFilter } from '../domain/meta-filter.ts'
import type { Database, Value } from './database.ts'
import { metaValue } from './image-meta.ts'
import { toImage } from './images.ts'

export type ListOrder = 'asc' | 'desc'

/** Where a list goes on: behind this image. Upload times and ids never change, so it holds while images come and go. */
export type ListPlace = { readonly uploadedAt: number; readonly id: string }

export type ListWish = {
  /** That one's only; empty = those without one. */
  readonly creator?: string | undefined
  /** All have to hold. */
  readonly filters: readonly MetaFilter[]
  /** By upload time. */
  readonly order: ListOrder
  readonly after?: ListPlace | undefined
  readonly limit: number
}

export type ListPage = {
  readonly images: readonly Image[]
  /** Undefined at the end. There may be more even when this page is short, or empty. */
  readonly next: ListPlace | undefined
}

/** One call looks at no more candidates than this; what filters leave of them is the page. */
const scanLimit = 10_000
const scanStep = 500
/** Rows that are read at once where every one of them is answered. */
const plainStep = 1000
/** Up to so many images with a number within bounds are looked at all at once, and sorted here. */
const fewMatches = 1000

/** Reads the next candidates behind a place, in order. */
type Source = (after: ListPlace, count: number) => Promise<readonly Image[]>

const ascending = (left: Image, right: Image): number =>
  left.uploadedAt - right.uploadedAt || Buffer.compare(Buffer.from(left.id), Buffer.from(right.id))

const directions = {
  asc: { beyond: '>', start: { uploadedAt: -1, id: '' }, compare: ascending },
  desc: {
    beyond: '<',
    start: { uploadedAt: Number.MAX_SAFE_INTEGER, id: '' },
    compare: (left: Image, right: Image) => ascending(right, left),
  },
} as const

const read = async (database: Database, sql: string, parameters: readonly Value[]): Promise<readonly Image[]> =>
  (await database.read(sql, parameters)).map(toImage)

/** All images, or one creator's, along an index by time. */
const byTime = (database: Database, accountId: string, { order, creator }: ListWish): Source => {
  const { beyond } = directions[order]
  const chosen = creator === undefined ? '' : `and coalesce(creator, '') = $5`
  const sql = `select * from image where account_id = $1 and state = 'stored' ${chosen}
    and (uploaded_at, id) ${beyond} ($2, $3) order by uploaded_at ${order}, id ${order} limit $4`
  return (after, count) =>
    read(database, sql, [accountId, after.uploadedAt, after.id, count, ...(creator === undefined ? [] : [creator])])
}

/** The join goes from the metadata to its image, whatever a planner thinks of the sizes. */
const fromMeta = `select image.* from image_meta cross join image
  where image.account_id = image_meta.account_id and image.id = image_meta.image_id and image.state = 'stored'
  and image_meta.account_id = $1 and image_meta.path = $2`

/** Images that have one of the values at a path: one walk by time for each value, merged. */
const byValue = (
  database: Database,
  accountId: string,
  order: ListOrder,
  path: string,
  values: readonly string[],
): Source => {
  const { beyond, compare } = directions[order]
  const sql = `${fromMeta} and image_meta.value = $3 and (image_meta.uploaded_at, image_meta.image_id) ${beyond} ($4, $5)
    order by image_meta.uploaded_at ${order}, image_meta.image_id ${order} limit $6`
  return async (after, count) => {
    const walks = await Promise.all(
      values.map((value) => read(database, sql, [accountId, path, value, after.uploadedAt, after.id, count])),
    )
    return walks.flat().toSorted(compare).slice(0, count)
  }
}

/** The bounds that the range filters of one path leave. */
const boundsOf = (filters: readonly MetaFilter[], path: string): { readonly low: number; readonly high: number } => {
  let [low, high] = [-Number.MAX_VALUE, Number.MAX_VALUE]
  for (const { path: other, wanted } of filters) {
    if (other !== path || wanted.kind !== 'range') continue
    if (wanted.operator === 'gt' || wanted.operator === 'gte') low = Math.max(low, wanted.bound)
    else high = Math.min(high, wanted.bound)
  }
  return { low, high }
}

/** Images with a number within bounds, where they are few; undefined where they are many. */
const byRange = async (
  database: Database,
  accountId: string,
  wish: ListWish,
  path: string,
): Promise<Source | undefined> => {
  const { low, high } = boundsOf(wish.filters, path)
  const sql = `${fromMeta} and image_meta.number_value is not null
    and image_meta.number_value >= $3 and image_meta.number_value <= $4 order by image_meta.number_value limit $5`
  const found = await read(database, sql, [accountId, path, low, high, fewMatches + 1])
  if (found.length > fewMatches) return undefined
  const { compare } = directions[wish.order]
  const sorted = found.toSorted(compare)
  return async (after, count) => {
    const rest = sorted.findIndex((image) => compare(image, { ...image, ...after }) > 0)
    return rest === -1 ? [] : sorted.slice(rest, rest + count)
  }
}

/** The narrowest walk that the wish allows. What it does not look at is looked at in `listImagesByToken`. */
const sourceOf = async (database: Database, accountId: string, wish: ListWish): Promise<Source> => {
  for (const { path, wanted } of wish.filters)
    if (wanted.kind === 'one_of')
      return byValue(database, accountId, wish.order, path, [...new Set(wanted.values.map(metaValue))])
  const [first] = wish.filters
  return (first && (await byRange(database, accountId, wish, first.path))) ?? byTime(database, accountId, wish)
}

const wants = (image: Image, { creator, filters }: ListWish): boolean =>
  (creator === undefined || (image.creator ?? '') === creator) && fulfils(image.meta, filters)

/**
 * A page of an account's images by upload time. It runs along an index from its place on, so a page costs the same at
 * any depth; filters that the index does not know are applied to a bounded scan.
 */
export const listImagesByPlace = async (database: Database, accountId: string, wish: ListWish): Promise<ListPage> => {
  const source = await sourceOf(database, accountId, wish)
  const found: Image[] = []
  let after: ListPlace = wish.after ?? directions[wish.order].start
  for (let scanned = 0; ;) {
    // One more than is wanted tells whether there is more.
    const wanted = wish.limit + 1 - found.length
    const count = wish.filters.length === 0 ? Math.min(wanted, plainStep) : scanStep
    const candidates = await source(after, count)
    for (const image of candidates) {
      if (wants(image, wish) && found.push(image) > wish.limit) {
        const images = found.slice(0, wish.limit)
        return { images, next: images.at(-1) }
      }
    }
    if (candidates.length < count) return { images: found, next: undefined }
    after = candidates.at(-1) ?? after
    scanned += candidates.length
    if (wish.filters.length > 0 && scanned >= scanLimit) return { images: found, next: after }
  }
}

/**
 * A page by its number, newest first. What is skipped is counted along the index, so a page costs a little more the
 * deeper it is; whoever walks far takes `listImagesByPlace`.
 */
export const listImagesByNumber = (
  database: Database,
  accountId: string,
  {
    creator,
    limit,
    offset,
  }: { readonly creator?: string | undefined; readonly limit: number; readonly offset: number },
): Promise<readonly Image[]> => {
  const chosen = creator === undefined ? '' : `and coalesce(creator, '') = $4`
  const sql = `select image.* from (
      select id from image where account_id = $1 and state = 'stored' ${chosen}
      order by uploaded_at desc, id desc limit $2 offset $3
    ) as page cross join image where image.account_id = $1 and image.id = page.id
    order by image.uploaded_at desc, image.id desc`
  return read(database, sql, [accountId, limit, offset, ...(creator === undefined ? [] : [creator])])
}

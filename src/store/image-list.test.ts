import { expect, test } from 'vitest'
import { describeDrivers, type Driver } from '../../test/ground/drivers.ts'
import type { Image, Meta } from '../domain/image.ts'
import { fulfils, type MetaFilter, type MetaScalar } from '../domain/meta-filter.ts'
import type { Database, Statement, Unit, Value } from './database.ts'
import { listImagesByNumber, listImagesByPlace, type ListPlace, type ListWish } from './image-list.ts'
import { countImages, deleteImage, storeImage, updateImage } from './images.ts'

const imageOf = (id: string, uploadedAt: number, rest: Partial<Image> = {}): Image => ({
  accountId: 'a',
  id,
  filename: '',
  format: 'png',
  width: 1,
  height: 1,
  sizeBytes: 1,
  blobKey: `blob-${id}`,
  digest: '',
  meta: null,
  creator: null,
  requireSignedURLs: false,
  uploadedAt,
  ...rest,
})

const store = async (database: Database, images: readonly Image[]): Promise<void> => {
  for (const outcome of await Promise.all(images.map((image) => database.write(storeImage(image)))))
    expect(outcome.committed).toBe(true)
}

const plain: ListWish = { filters: [], order: 'desc', limit: 1000 }

/** Walks a list to its end; between pages `meanwhile` happens. */
const walk = async (
  database: Database,
  wish: ListWish,
  meanwhile: (page: number) => Promise<void> = async () => {},
): Promise<string[]> => {
  const ids: string[] = []
  let after: ListPlace | undefined
  for (let page = 0; ; page++) {
    const { images, next } = await listImagesByPlace(database, 'a', { ...wish, after })
    ids.push(...images.map(({ id }) => id))
    expect(images.length).toBeLessThanOrEqual(wish.limit)
    if (!next) return ids
    after = { uploadedAt: next.uploadedAt, id: next.id }
    await meanwhile(page)
  }
}

/** Numbers that look like chance and are the same in every run (mulberry32). */
const chance = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
}

const pick = <Item>(random: () => number, values: readonly Item[]): Item => {
  for (const value of values.slice(Math.floor(random() * values.length))) return value
  throw new Error('There is nothing to pick from.')
}

/** Few values, so that filters meet something; awkward ones among them. */
const values = ['x', 'y', '5', 5, -0.5, 1e300, true, false, 'true', '', 'ä\u0000\n', 'long '.repeat(60), null, ['x']]
const metaOf = (random: () => number): Meta | null =>
  random() < 0.1
    ? null
    : {
        kind: pick(random, values),
        price: Math.floor(random() * 20),
        deep: { er: { value: pick(random, values) } },
        'not.a_name': 'x',
        kind2: pick(random, values),
      }

const filterOf = (random: () => number): MetaFilter => {
  const path = pick(random, ['kind', 'price', 'deep.er.value', 'deep', 'missing', 'kind2'])
  if (random() < 0.4) {
    const operator = pick(random, ['gt', 'gte', 'lt', 'lte'] as const)
    return { path, wanted: { kind: 'range', operator, bound: Math.floor(random() * 20) } }
  }
  const wanted: readonly MetaScalar[] = ['x', 5, '5', true, 'true', '', 'long '.repeat(60), 'ä\u0000\n', -0.5, 7, 8]
  const count = 1 + Math.floor(random() * 4)
  return { path, wanted: { kind: 'one_of', values: Array.from({ length: count }, () => pick(random, wanted)) } }
}

/** What a list has to answer, told by looking at everything. */
const expected = (images: readonly Image[], { order, creator, filters }: ListWish): string[] => {
  const wanted = images
    .filter((image) => creator === undefined || (image.creator ?? '') === creator)
    .filter(({ meta }) => fulfils(meta, filters))
    .toSorted((left, right) => left.uploadedAt - right.uploadedAt || (left.id < right.id ? -1 : 1))
    .map(({ id }) => id)
  return order === 'asc' ? wanted : wanted.toReversed()
}

const seed = async (driver: Driver, count: number, random: () => number) => {
  const database = await driver.open()
  const images = Array.from({ length: count }, (_, index) =>
    imageOf(`${index % 7}-${index}`, 1000 + Math.floor(random() * count * 0.6), {
      meta: metaOf(random),
      creator: pick(random, [null, 'ada', 'grace']),
    }),
  )
  await store(database, images)
  await store(database, [imageOf('of another account', 1, { accountId: 'b', meta: { kind: 'x' } })])
  return { database, images }
}

describeDrivers('lists of images', (driver) => {
  test('answer what looking at everything answers, whatever is asked for', async () => {
    const random = chance(1)
    const { database, images } = await seed(driver, 120, random)
    for (let round = 0; round < 150; round++) {
      const creator = pick<string | undefined>(random, ['', 'ada', 'nobody', undefined, undefined, undefined])
      const wish: ListWish = {
        order: pick(random, ['asc', 'desc'] as const),
        filters: Array.from({ length: Math.floor(random() * 4) }, () => filterOf(random)),
        limit: pick(random, [1, 7, 50, 1000]),
        ...(creator !== undefined && { creator }),
      }
      expect(await walk(database, wish), JSON.stringify(wish)).toEqual(expected(images, wish))
    }
  })

  test('by token show once what is there all the while, and nothing twice, while images come, change and go', async () => {
    const random = chance(2)
    const { database, images } = await seed(driver, 90, random)
    for (const [round, order] of (['asc', 'desc', 'asc', 'desc'] as const).entries()) {
      const present = new Map((await listImagesByPlace(database, 'a', plain)).images.map((image) => [image.id, image]))
      const steady = new Set(present.keys())
      const listed = await walk(database, { ...plain, order, limit: 10 }, async (page) => {
        const gone = pick(random, [...present.values()])
        steady.delete(gone.id)
        present.delete(gone.id)
        await database.write(deleteImage(gone))
        await store(database, [imageOf(`new-${round}-${page}`, 1000 + Math.floor(random() * 60), { creator: 'ada' })])
        await database.write(updateImage({ ...pick(random, [...present.values()]), meta: { kind: 'changed' } }))
      })
      expect(new Set(listed).size).toBe(listed.length)
      expect([...steady].filter((id) => !listed.includes(id))).toEqual([])
    }
    expect(images).toHaveLength(90)
  })

  test('know metadata as it is now, and nothing of what was removed', async () => {
    const { database } = await seed(driver, 0, chance(3))
    const one = imageOf('one', 1, { meta: { a: 1, b: { c: 'x' } } })
    await store(database, [one])
    const found = (path: string, value: string | number) =>
      walk(database, { ...plain, filters: [{ path, wanted: { kind: 'one_of', values: [value] } }] })
    expect([await found('a', 1), await found('b.c', 'x'), await found('a', '1')]).toEqual([['one'], ['one'], []])
    await database.write(updateImage({ ...one, meta: { b: { c: 'y' } } }))
    expect([await found('a', 1), await found('b.c', 'x'), await found('b.c', 'y')]).toEqual([[], [], ['one']])
    await database.write(deleteImage(one))
    expect(await database.read(`select * from image_meta where account_id = 'a'`, [])).toEqual([])
  })

  test('by number are newest first, and the tally follows', async () => {
    const random = chance(4)
    const { database, images } = await seed(driver, 60, random)
    for (const creator of [undefined, '', 'ada'])
      for (const [limit, offset] of [
        [25, 0],
        [25, 25],
        [25, 50],
        [10, 60],
      ] as const) {
        const page = await listImagesByNumber(database, 'a', { creator, limit, offset })
        const all = expected(images, { ...plain, creator })
        expect(page.map(({ id }) => id)).toEqual(all.slice(offset, offset + limit))
      }
    expect(await countImages(database, 'a')).toBe(60)
    await Promise.all(images.slice(0, 20).map((image) => database.write(deleteImage(image))))
    expect([await countImages(database, 'a'), await countImages(database, 'b')]).toEqual([40, 1])
    await database.write([{ sql: `update image set state = 'draft' where account_id = 'b'`, parameters: [] }])
    expect([await countImages(database, 'b'), await countImages(database, 'c')]).toEqual([0, 0])
  })
})

/** So many at a time: the tally of one transaction is a chain that PostgreSQL walks. */
const fillStep = 2500

/** Images from that number on, of ten creators and with metadata, made by the database itself. */
const fillFrom = (from: number): Unit => {
  const numbers = `with recursive numbers (i) as (select ${from} union all select i + 1 from numbers where i < ${from + fillStep - 1})`
  const insertMeta = (path: string, value: string): Statement => ({
    sql: `insert into image_meta (account_id, image_id, path, value, number_value, uploaded_at)
          ${numbers} select 'a', 'image-' || i, '${path}', '' || ${value}, ${value}, i from numbers`,
    parameters: [],
  })
  return [
    {
      sql: `insert into image (account_id, id, state, filename, format, width, height, size_bytes, blob_key, digest,
              meta, creator, require_signed_urls, uploaded_at)
            ${numbers} select 'a', 'image-' || i, 'stored', '', 'png', 1, 1, 1, 'blob-' || i, '',
              '{"half":' || (i % 2) || ',"place":' || i || '}', case when i % 10 = 0 then null else 'c' || (i % 10) end,
              0, i
            from numbers`,
      parameters: [],
    },
    insertMeta('half', '(i % 2)'),
    insertMeta('place', 'i'),
  ]
}

const fill = async (database: Database, count: number): Promise<void> => {
  for (let from = 1; from <= count; from += fillStep)
    expect((await database.write(fillFrom(from))).committed).toBe(true)
  if (database.driver === 'postgres')
    for (const table of ['image', 'image_meta']) await database.write([{ sql: `analyze ${table}`, parameters: [] }])
}

/** Notes what is read on the way. */
const noting = (database: Database) => {
  const reads: { sql: string; parameters: readonly Value[] }[] = []
  const noted: Database = {
    ...database,
    read(sql, parameters) {
      reads.push({ sql, parameters })
      return database.read(sql, parameters)
    },
  }
  return { noted, reads }
}

/** How a statement is answered; on PostgreSQL also the most rows that a step of it went through. */
const explain = async (
  database: Database,
  sql: string,
  parameters: readonly Value[],
): Promise<{ text: string; mostRows: number }> => {
  if (database.driver === 'sqlite') {
    const rows = await database.read(`explain query plan ${sql}`, parameters)
    return { text: rows.map(({ detail }) => String(detail)).join('\n'), mostRows: 0 }
  }
  const text = JSON.stringify(await database.read(`explain (analyze, format json, timing off) ${sql}`, parameters))
  const rows = [...text.matchAll(/"(?:Actual Rows|Rows Removed by [^"]*)":\s*([\d.]+)/g)].map(([, count]) =>
    Number(count),
  )
  return { text, mostRows: Math.max(...rows) }
}

const many = 100_000
const half: MetaFilter = { path: 'half', wanted: { kind: 'one_of', values: [1] } }
const wishes: readonly (readonly [string, Partial<ListWish>])[] = [
  ['all', {}],
  ['one creator’s', { creator: 'c3' }],
  ['nobody’s', { creator: '' }],
  ['of one value', { filters: [half] }],
  ['of some values', { filters: [{ path: 'place', wanted: { kind: 'one_of', values: [5, 50, 60_000, '5'] } }] }],
  ['within narrow bounds', { filters: [{ path: 'place', wanted: { kind: 'range', operator: 'gt', bound: 99_800 } }] }],
]

describeDrivers('lists of 100,000 images', (driver) => {
  test('cost the same at any depth, along indexes alone', async () => {
    const database = await driver.open()
    await fill(database, many)
    const { noted, reads } = noting(database)
    const costs: unknown[] = []
    for (const [, wish] of wishes)
      for (const order of ['asc', 'desc'] as const)
        for (const depth of [100, many / 2, many - 100]) {
          const start = reads.length
          const after = { uploadedAt: depth, id: `image-${depth}` }
          await listImagesByPlace(noted, 'a', { ...plain, ...wish, order, after, limit: 20 })
          costs.push(reads.length - start)
        }
    // A page is one read, or one for each value that is asked for; never more, however deep.
    expect(Math.max(...costs.map(Number))).toBeLessThanOrEqual(4)
    for (const { sql, parameters } of reads) {
      const plan = await explain(database, sql, parameters)
      expect(plan.text, sql).not.toMatch(/SCAN|TEMP B-TREE|"(Seq Scan|Sort|Hash Join|Bitmap Heap Scan)"/)
      expect(plan.text, sql).toMatch(
        sql.includes('number_value') ? /image_meta_by_number/ : /uploaded_at[^)]*\) ?[<>] ?(ROW)?\(/,
      )
      expect(plan.mostRows, sql).toBeLessThanOrEqual(1001)
    }

    const numbered = noting(database)
    for (const creator of [undefined, 'c3'])
      await listImagesByNumber(numbered.noted, 'a', { creator, limit: 20, offset: creator ? 9_980 : many - 20 })
    for (const { sql, parameters } of numbered.reads) {
      const plan = await explain(database, sql, parameters)
      expect(plan.text, sql).toMatch(/image_by_(time|creator)/)
      expect(plan.text, sql).not.toMatch(/SCAN image|"Seq Scan"/)
    }
    expect(await countImages(database, 'a')).toBe(many)
  })
})

import { expect, test } from 'vitest'
import { sampleImage } from '../scripts/sample-images.ts'
import { describeDrivers, type Driver } from './ground/drivers.ts'
import { imageServer } from './ground/image-server.ts'

type Json = ReturnType<JSON['parse']>

/** A server with calls that answer status and body. */
const open = async (driver: Driver) => {
  const server = await imageServer({ driver })
  const call = async (method: string, path: string, body?: object | string): Promise<Json> => {
    const text = typeof body === 'object' ? JSON.stringify(body) : body
    const response = await server.api(path, { method, ...(text !== undefined && { body: text }) })
    return { status: response.status, ...(await response.json()) }
  }
  const upload = async (fields: Readonly<Record<string, string>> = {}): Promise<Json> => {
    const { bytes, filename } = await sampleImage('webp')
    const form = new FormData()
    for (const [name, value] of Object.entries(fields)) form.append(name, value)
    form.append('file', new File([new Uint8Array(bytes)], filename))
    return (await (await server.api('', { method: 'POST', body: form })).json()).result
  }
  const events = async (): Promise<Json[]> => server.events()
  return { server, call, upload, events }
}

describeDrivers('a change of an image', (driver) => {
  test('replaces metadata whole, keeps what is missing or null, clears what is empty, and is announced', async () => {
    const { server, call, upload, events } = await open(driver)
    const { id, ...first } = await upload({ metadata: '{"a":1,"b":{"c":2}}', creator: 'ada' })
    const steps = [
      [{ metadata: { b: 3 } }, { meta: { b: 3 }, creator: 'ada', requireSignedURLs: false }],
      [
        { creator: 'grace', metadata: null },
        { meta: { b: 3 }, creator: 'grace' },
      ],
      [{ requireSignedURLs: true }, { meta: { b: 3 }, creator: 'grace', requireSignedURLs: true }],
      [
        { creator: '', metadata: {}, requireSignedURLs: null },
        { meta: {}, requireSignedURLs: true },
      ],
    ] as const
    for (const [change, shown] of steps) {
      server.clock.advance(5)
      const { creator: _, ...unchanged } = first
      expect(await call('PATCH', `/${id}`, change)).toEqual({
        status: 200,
        success: true,
        errors: [],
        messages: [],
        result: { ...unchanged, id, ...shown },
      })
      expect((await call('GET', `/${id}`)).result).toEqual({ ...unchanged, id, ...shown })
    }
    const told = await events()
    expect(told.map(({ event }) => event)).toEqual(['image.uploaded', ...steps.map(() => 'image.updated')])
    expect(told[3].image).toEqual({
      id,
      filename: first.filename,
      uploaded: first.uploaded,
      requireSignedURLs: true,
      variants: first.variants,
      metadata: { b: 3 },
      creator: 'grace',
    })
    expect(Object.keys(told[4].image)).not.toContain('metadata')
  })

  test('that changes nothing is answered and not announced', async () => {
    const { call, upload, events } = await open(driver)
    const image = await upload({ metadata: '{"a":1}', creator: 'ada' })
    for (const change of [{}, '', { metadata: { a: 1 } }, { creator: 'ada', requireSignedURLs: false }, { colour: 1 }])
      expect((await call('PATCH', `/${image.id}`, change)).result).toEqual(image)
    expect(await events()).toHaveLength(1)
  })

  test('makes it private at once, whatever is cached and held', async () => {
    const { server, call, upload } = await open(driver)
    const { id, variants } = await upload()
    const path = new URL(variants[0]).pathname
    const shown = await server.fetch(path)
    const etag = shown.headers.get('etag') ?? ''
    expect([shown.status, etag.length > 2]).toEqual([200, true])
    await shown.arrayBuffer()
    await call('PATCH', `/${id}`, { requireSignedURLs: true })
    expect((await server.fetch(path)).status).toBe(403)
    expect((await server.fetch(path, { headers: { 'if-none-match': etag } })).status).toBe(403)
    await call('PATCH', `/${id}`, { requireSignedURLs: false })
    expect((await server.fetch(path, { headers: { 'if-none-match': etag } })).status).toBe(304)
  })

  test.each([
    [{ requireSignedURLs: 'true' }, /^requireSignedURLs /],
    [{ metadata: 'text' }, /^metadata /],
    [{ metadata: ['list'] }, /^metadata /],
    [{ metadata: { a: 'x'.repeat(1024) } }, /^metadata must not be over 1024 bytes/],
    [{ creator: 'x'.repeat(1025) }, /^creator must not be longer than 1024 characters/],
    [{ creator: 'a\u0000b' }, /^creator must be valid text/],
    [{ creator: 7 }, /^creator /],
    ['{', /not valid JSON/],
    ['[]', /^The body /],
  ])('like %j is refused and changes nothing', async (change, sentence) => {
    const { call, upload, events } = await open(driver)
    const image = await upload()
    const refused = await call('PATCH', `/${image.id}`, change)
    expect([refused.status, refused.errors]).toEqual([
      400,
      [expect.objectContaining({ code: 5400, message: expect.stringMatching(sentence) })],
    ])
    expect((await call('GET', `/${image.id}`)).result).toEqual(image)
    expect(await events()).toHaveLength(1)
  })

  test('does not make an image with a custom id private, and does not find what is not there', async () => {
    const { call, upload } = await open(driver)
    await upload({ id: 'team/logo' })
    const refused = await call('PATCH', '/team%2Flogo', { requireSignedURLs: true })
    expect([refused.status, refused.errors[0]]).toMatchObject([
      400,
      { code: 5400, message: expect.stringContaining('custom id'), source: { pointer: '/requireSignedURLs' } },
    ])
    expect((await call('PATCH', '/team%2Flogo', { creator: 'ada' })).result.creator).toBe('ada')
    for (const path of ['/nobody', '/a%00b'])
      expect(await call('PATCH', path, { creator: 'ada' })).toMatchObject({ status: 404, errors: [{ code: 5404 }] })
  })

  test('and many more at once are all kept, at times that strictly increase, though the clock stands', async () => {
    const { call, upload, events } = await open(driver)
    const { id } = await upload()
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, at) =>
        call('PATCH', `/${id}`, at % 2 === 0 ? { metadata: { [`key${at}`]: at } } : { creator: `creator ${at}` }),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    expect((await call('DELETE', `/${id}`)).result).toEqual({})
    const told = await events()
    expect(told.map(({ event }) => event)).toEqual([
      'image.uploaded',
      ...answers.map(() => 'image.updated'),
      'image.deleted',
    ])
    const times = told.map(({ timestamp }) => Date.parse(timestamp))
    expect(times).toEqual(times.map((_, at) => (times[0] ?? 0) + at))
    // Each event holds what the one before held and its own change: none was lost between them.
    const last = told.at(-1)?.image
    expect([Object.keys(last.metadata), last.creator]).toEqual([
      [expect.stringMatching(/^key\d+$/)],
      expect.stringMatching(/^creator \d+$/),
    ])
  })

  test('of one that is deleted meanwhile is either before the deletion or refused', async () => {
    const { call, upload, events } = await open(driver)
    for (let round = 0; round < 5; round++) {
      const { id } = await upload()
      const [changed, removed] = await Promise.all([
        call('PATCH', `/${id}`, { creator: 'ada' }),
        call('DELETE', `/${id}`),
      ])
      expect(removed.status).toBe(200)
      const told = (await events()).filter(({ image }) => image.id === id).map(({ event }) => event)
      expect([changed.status, told.includes('image.updated')]).toEqual(told.length === 3 ? [200, true] : [404, false])
      expect(told.at(-1)).toBe('image.deleted')
    }
  })
})

describeDrivers('a list by token', (driver) => {
  const fill = async (upload: (fields: Readonly<Record<string, string>>) => Promise<Json>, advance: () => void) => {
    const images: readonly (readonly [string, string, object])[] = [
      ['a', 'ada', { status: 'active', rating: 1, owner: { name: 'x|y' } }],
      ['b', '', { status: 'active', rating: 2, ok: true }],
      ['c', 'ada', { status: 'deleted', rating: '2', ok: 'true' }],
      ['d', 'grace', { status: 'pending', rating: 4.5, owner: { name: 'eu-west' } }],
      ['e', '', {}],
    ]
    for (const [id, creator, metadata] of images) {
      await upload({ id, creator, metadata: JSON.stringify(metadata) })
      advance()
    }
  }
  const openFilled = async () => {
    const opened = await open(driver)
    await fill(opened.upload, () => opened.server.clock.advance(1000))
    const { account } = opened.server
    const list = async (query: string): Promise<Json> => {
      const response = await opened.server.fetch(`/client/v4/accounts/${account.id}/images/v2${query}`, {
        headers: { authorization: `Bearer ${opened.server.token}` },
      })
      return { status: response.status, ...(await response.json()) }
    }
    const ids = async (query: string): Promise<string> => {
      const { result } = await list(query)
      return `${result.images.map(({ id }: { id: string }) => id).join('')}${result.continuation_token === null ? '' : '…'}`
    }
    return { ...opened, list, ids }
  }

  test('goes both ways, by creator or without, page by page', async () => {
    const { call, list, ids } = await openFilled()
    expect(await ids('')).toBe('edcba')
    expect(await ids('?sort_order=asc')).toBe('abcde')
    expect([await ids('?creator=ada'), await ids('?creator='), await ids('?creator=nobody')]).toEqual(['ca', 'eb', ''])
    const shown = (await call('GET', '/e')).result
    expect((await list('?continuation_token=&per_page=1')).result).toEqual({
      images: [shown],
      continuation_token: expect.any(String),
    })
    const pages: string[] = []
    let token: string | null = ''
    while (token !== null) {
      // The token alone keeps the direction.
      const order: string = token === '' ? '&sort_order=asc' : ''
      const { result }: Json = await list(`?per_page=2${order}&continuation_token=${encodeURIComponent(token)}`)
      pages.push(result.images.map(({ id }: { id: string }) => id).join(''))
      token = result.continuation_token
    }
    expect(pages).toEqual(['ab', 'cd', 'e'])
  })

  test.each([
    ['meta.status[eq:string]=active', 'ba'],
    ['meta.status[eq]=active', 'ba'],
    ['meta.status[in]=active|pending', 'dba'],
    ['meta.status[in:string]=deleted', 'c'],
    ['meta.rating[eq]=2', 'cb'],
    ['meta.rating[eq:number]=2', 'b'],
    ['meta.rating[eq:string]=2', 'c'],
    ['meta.rating[in:number]=1|4.5|7', 'da'],
    ['meta.rating[gt]=2', 'd'],
    ['meta.rating[gte:number]=2', 'db'],
    ['meta.rating[lt]=2', 'a'],
    ['meta.rating[lte]=2&meta.rating[gt:number]=1', 'b'],
    ['meta.rating[eq:number]=2&meta.rating[lte:number]=1', ''],
    ['meta.ok[eq:boolean]=true', 'b'],
    ['meta.ok[eq]=true', 'cb'],
    ['meta.owner.name[eq]=eu-west', 'd'],
    ['meta.owner.name[eq]=x|y', 'a'],
    ['meta.owner[eq]=x', ''],
    ['meta.status[eq]=active&meta.rating[gte]=2&creator=', 'b'],
    ['meta.rating[gte]=1&meta.rating[lte]=9&creator=ada', 'a'],
    ['meta.missing[eq]=', ''],
    ['meta.rating[gt]=0&sort_order=asc', 'abd'],
    ['colour=red', 'edcba'],
  ])('with %s shows %j', async (query, wanted) => {
    const { ids } = await openFilled()
    const encoded = query.replaceAll(/[[\]:|]/g, (sign) => encodeURIComponent(sign))
    expect([await ids(`?${query}`), await ids(`?${encoded}`)]).toEqual([wanted, wanted])
  })

  test('knows no draft, and finds a filled one by its metadata', async () => {
    const { server, list, ids, call } = await openFilled()
    const wish = new FormData()
    wish.append('metadata', '{"kind":"direct"}')
    const made = await server.fetch(`/client/v4/accounts/${server.account.id}/images/v2/direct_upload`, {
      method: 'POST',
      headers: { authorization: `Bearer ${server.token}` },
      body: wish,
    })
    const { id, uploadURL } = (await made.json()).result
    expect([await ids('?meta.kind[eq]=direct'), await ids('')]).toEqual(['', 'edcba'])
    // Whoever sees the draft is told why it cannot be changed yet.
    expect(await call('PATCH', `/${id}`, { creator: 'ada' })).toMatchObject({
      status: 404,
      errors: [{ code: 5404, message: expect.stringMatching(/is a draft; it can be changed once/) }],
    })
    const { bytes, filename } = await sampleImage('webp')
    const form = new FormData()
    form.append('file', new File([new Uint8Array(bytes)], filename))
    const { pathname, search } = new URL(uploadURL)
    expect((await server.fetch(`${pathname}${search}`, { method: 'POST', body: form })).status).toBe(200)
    expect((await list('?meta.kind[eq]=direct')).result.images).toMatchObject([{ id, meta: { kind: 'direct' } }])
    expect((await call('GET', '/stats')).result.count.current).toBe(6)
  })

  test.each([
    ['meta.<field>[<operator>]=value', /must be names of letters/],
    ['meta.a=1', /must be written like meta\.field\[eq\]=value/],
    ['meta[a]=1', /must be written like/],
    ['metadata.a[eq]=1', /must be written like meta\.field\[eq\]=value/],
    ['Meta.a[eq]=1', /must be written like/],
    ['meta.a[eq][x]=1', /must be written like/],
    ['meta.a[ne]=1', /must have one of the operators eq, eq:string/],
    ['meta.a[gt:string]=1', /must have one of the operators/],
    ['meta.a.b.c.d.e.f[eq]=1', /must not go deeper than 5 levels/],
    ['meta.a..b[eq]=1', /must be names of letters/],
    ['meta.a-b[eq]=1', /must be names of letters/],
    [`meta.${'x'.repeat(101)}[eq]=1`, /at most 100 characters/],
    ['meta.a[gt]=x', /must be compared with a number/],
    ['meta.a[eq:number]=1e999', /must be compared with a number/],
    ['meta.a[in:number]=1|x', /must be compared with a number/],
    ['meta.a[eq:boolean]=yes', /must be compared with true or false/],
    [`meta.a[in]=${'x|'.repeat(10)}x`, /must not list over 10 values/],
    ['meta.a[eq]=1&'.repeat(6), /must not have over 5 filters/],
    ['continuation_token=continuation_token', /continuation_token is not one that this server gave/],
    [`continuation_token=${Buffer.from('["up",1,"a"]').toString('base64url')}`, /continuation_token is not one/],
    [`continuation_token=${Buffer.from('["asc",1.5,"a"]').toString('base64url')}`, /continuation_token is not one/],
    [`sort_order=asc&continuation_token=${Buffer.from('["desc",1,"a"]').toString('base64url')}`, /must stay desc/],
    ['sort_order=up', /sort_order must be asc or desc/],
    ['per_page=0', /per_page must be a whole number from 1 to 10000/],
  ])('refuses %j and lists nothing', async (query, sentence) => {
    const { server } = await open(driver)
    const response = await server.fetch(`/client/v4/accounts/${server.account.id}/images/v2?${encodeURI(query)}`, {
      headers: { authorization: `Bearer ${server.token}` },
    })
    const { result, errors } = await response.json()
    expect([response.status, result, errors]).toEqual([
      400,
      null,
      [expect.objectContaining({ code: 5400, message: expect.stringMatching(sentence) })],
    ])
  })
})

import { expect, test } from 'vitest'
import { sampleImage, type SampleName } from '../scripts/sample-images.ts'
import { sweep } from '../src/upkeep/sweep.ts'
import { describeDrivers } from './ground/drivers.ts'
import { type ImageServer, imageServer } from './ground/image-server.ts'
import { answer } from './ground/reactions.ts'
import { testReceiver } from './ground/receiver.ts'

const hourMs = 3_600_000

describeDrivers('an idempotency key', (driver) => {
  const upload = async (server: ImageServer, key: string, fields: Record<string, string> = {}, name?: SampleName) => {
    const form = new FormData()
    for (const [field, value] of Object.entries(fields)) form.append(field, value)
    if (!fields['url']) {
      const { bytes, filename } = await sampleImage(name ?? 'webp')
      form.append('file', new File([new Uint8Array(bytes)], filename))
    }
    const response = await server.api('', { method: 'POST', body: form, headers: { 'idempotency-key': key } })
    return { status: response.status, text: await response.text(), type: response.headers.get('content-type') }
  }

  const codeOf = ({ text }: { text: string }): unknown => JSON.parse(text).errors[0]?.code

  const counts = async (server: ImageServer) => ({
    rows: (await server.database.read('select id from image', [])).length,
    events: (await server.events()).length,
    files: server.blobFiles().length,
  })

  test('gives the same answer for a day, byte for byte, and makes one image', async () => {
    const server = await imageServer({ driver })
    const first = await upload(server, 'order-7', { metadata: '{"a":1}' })
    expect([first.status, first.type]).toEqual([200, 'application/json'])
    server.clock.advance(24 * hourMs - 1)
    expect(await upload(server, 'order-7', { metadata: '{"a":1}' })).toEqual(first)
    expect(await counts(server)).toEqual({ rows: 1, events: 1, files: 1 })
    server.clock.advance(1)
    expect((await upload(server, 'order-7', { metadata: '{"a":1}' })).text).not.toBe(first.text)
    expect(await counts(server)).toEqual({ rows: 2, events: 2, files: 2 })
  })

  test('gives the same answer when the image was removed since', async () => {
    const server = await imageServer({ driver })
    const first = await upload(server, 'k', { id: 'hero' })
    await server.api('/hero', { method: 'DELETE' })
    expect(await upload(server, 'k', { id: 'hero' })).toEqual(first)
    expect((await server.api('/hero')).status).toBe(404)
  })

  test.each<[string, Record<string, string>, SampleName]>([
    ['another file', {}, 'transparent'],
    ['another field', { creator: 'ada' }, 'webp'],
    ['a url', { url: 'http://127.0.0.1:1/a.png' }, 'webp'],
  ])('is refused with %s', async (_, fields, name) => {
    const server = await imageServer({ driver })
    await upload(server, 'k')
    const refused = await upload(server, 'k', fields, name)
    expect([refused.status, codeOf(refused)]).toEqual([422, 5477])
    expect(await counts(server)).toEqual({ rows: 1, events: 1, files: 1 })
  })

  test('of which several come at once makes one image, and gives all the same answer', async () => {
    const server = await imageServer({ driver })
    const answers = await Promise.all(Array.from({ length: 6 }, () => upload(server, 'k')))
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
    expect(answers[0]?.status).toBe(200)
    expect(await counts(server)).toEqual({ rows: 1, events: 1, files: 1 })
  })

  test('of a refused upload may be used again', async () => {
    const server = await imageServer({ driver })
    expect((await upload(server, 'k', { id: 'keys' })).status).toBe(400)
    expect((await upload(server, 'k', { id: 'hero' })).status).toBe(200)
  })

  test('belongs to its account', async () => {
    const server = await imageServer({ driver })
    const first = await upload(server, 'k')
    const other = await server.accounts.create({ name: 'other' })
    const { bytes, filename } = await sampleImage('webp')
    const form = new FormData()
    form.append('file', new File([new Uint8Array(bytes)], filename))
    const response = await server.fetch(`/client/v4/accounts/${other.account.id}/images/v1`, {
      method: 'POST',
      body: form,
      headers: { authorization: `Bearer ${other.token}`, 'idempotency-key': 'k' },
    })
    expect(await response.text()).not.toBe(first.text)
  })

  test('spares an upload by url its second fetch', async () => {
    const server = await imageServer({ driver })
    const { bytes } = await sampleImage('webp')
    const source = await testReceiver({ respond: () => answer(200, bytes) })
    const first = await upload(server, 'k', { url: source.url })
    expect(await upload(server, 'k', { url: source.url })).toEqual(first)
    expect([first.status, source.received.length]).toEqual([200, 1])
  })

  test('gives the same upload URL, which no table holds in the clear', async () => {
    const server = await imageServer({ driver })
    const make = async (body: object) => {
      const response = await server.fetch(`/client/v4/accounts/${server.account.id}/images/v2/direct_upload`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${server.token}`,
          'content-type': 'application/json',
          'idempotency-key': 'k',
        },
        body: JSON.stringify(body),
      })
      return { status: response.status, text: await response.text() }
    }
    const answers = await Promise.all([make({}), make({}), make({})])
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1)
    expect((await make({ creator: 'ada' })).status).toBe(422)
    const secret = /token=([\w-]+)/.exec(answers[0]?.text ?? '')?.[1] ?? ''
    expect(secret).toHaveLength(32)
    const rows = await server.database.read('select * from idempotency_key', [])
    const text = rows.map(({ sealed }) => (sealed instanceof Uint8Array ? Buffer.from(sealed).toString('latin1') : ''))
    expect(text.join()).not.toContain(secret)
    expect(await counts(server)).toMatchObject({ rows: 1 })
  })

  test.each([
    ['', 400],
    ['x'.repeat(256), 400],
    ['x'.repeat(255), 200],
  ])('%j is answered %i', async (key, status) => {
    expect((await upload(await imageServer({ driver }), key)).status).toBe(status)
  })

  test('is swept after a day', async () => {
    const server = await imageServer({ driver })
    await upload(server, 'k')
    server.clock.advance(24 * hourMs - 1)
    expect(await sweep({ ...server, blobs: server.blobs })).toMatchObject({ answerCount: 0 })
    server.clock.advance(1)
    expect(await sweep({ ...server, blobs: server.blobs })).toMatchObject({ answerCount: 1, blobCount: 0 })
    expect(await server.database.read('select key from idempotency_key', [])).toEqual([])
  })
})

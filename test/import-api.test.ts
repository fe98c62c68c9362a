import { expect, test } from 'vitest'
import { sampleImage } from '../scripts/sample-images.ts'
import { describeDrivers, type Driver } from './ground/drivers.ts'
import { imageServer } from './ground/image-server.ts'

type Json = ReturnType<JSON['parse']>

const uploaded = '2024-02-29T23:59:59.123Z'
const generated = '2cdc28f0-017a-49c4-9ed7-87056c83901f'

const open = async (driver: Driver) => {
  const server = await imageServer({ driver })
  server.clock.advance(Date.parse('2026-01-01') - server.clock.now())
  const put = async (id: string, fields: Readonly<Record<string, string>>, sample: 'webp' | 'photo' = 'webp') => {
    const { bytes } = await sampleImage(sample)
    const form = new FormData()
    for (const [name, value] of Object.entries(fields)) form.append(name, value)
    form.append('file', new File([new Uint8Array(bytes)], 'ship.webp'))
    const path = `/../import/images/${encodeURIComponent(id)}`
    const response = await server.api(path, { method: 'PUT', body: form })
    const answer: Json = { status: response.status, ...(await response.json()) }
    return answer
  }
  const putKey = async (name: string, value: string) => {
    const response = await server.api(`/../import/keys/${encodeURIComponent(name)}`, {
      method: 'PUT',
      body: JSON.stringify({ value }),
    })
    const answer: Json = { status: response.status, ...(await response.json()) }
    return answer
  }
  return { server, put, putKey }
}

describeDrivers('taking over an image', (driver) => {
  test('keeps a generated id, the time, metadata, creator and privacy, and sends nothing', async () => {
    const { server, put } = await open(driver)
    const fields = { uploaded, metadata: '{"a":{"b":1}}', creator: 'ada', requireSignedURLs: 'true' }
    expect(await put(generated, fields)).toMatchObject({
      status: 200,
      result: {
        imported: true,
        image: {
          id: generated,
          filename: 'ship.webp',
          uploaded,
          meta: { a: { b: 1 } },
          creator: 'ada',
          requireSignedURLs: true,
        },
      },
    })
    expect(await server.events()).toEqual([])
    const listed = await (await server.api('/../v2?meta.a.b[eq:number]=1')).json()
    expect(listed.result.images).toMatchObject([{ id: generated, uploaded }])
  })

  test('again changes nothing; other bytes under the id are refused, and leave no blob', async () => {
    const { server, put } = await open(driver)
    await put('albums/sea 1', { uploaded })
    expect(await put('albums/sea 1', { uploaded, creator: 'eve' })).toMatchObject({
      result: { imported: false, image: { id: 'albums/sea 1' } },
    })
    expect(await put('albums/sea 1', { uploaded }, 'photo')).toMatchObject({ status: 409, errors: [{ code: 5409 }] })
    expect(server.blobFiles()).toHaveLength(1)
  })

  test('announces it on request, at the time of the import', async () => {
    const { server, put } = await open(driver)
    await put(generated, { uploaded, events: 'true' })
    expect(await server.events()).toMatchObject([
      {
        event: 'image.uploaded',
        timestamp: new Date(server.clock.now()).toISOString(),
        image: { id: generated, uploaded },
      },
    ])
  })

  test.each([
    ['ship.webp', { uploaded: 'yesterday' }, 'uploaded must be a time'],
    ['ship.webp', { uploaded: '2999-01-01T00:00:00Z' }, 'uploaded must be a time between 1970 and now'],
    ['ship.webp', {}, 'uploaded must be a time'],
    ['ship.webp', { uploaded, events: 'maybe' }, 'events must be "true" or "false"'],
    ['ship.webp', { uploaded, requireSignedURLs: 'true' }, 'An image with a custom id cannot require signed URLs'],
    ['notes.txt', { uploaded }, 'must not use a non-image file name extension'],
  ])('%s with %j is refused', async (id, fields, sentence) => {
    const { server, put } = await open(driver)
    const answer = await put(id, fields as Record<string, string>)
    expect(answer.status).toBe(400)
    expect(answer.errors[0].message).toContain(sentence)
    expect(server.blobFiles()).toEqual([])
  })

  test('a signing key keeps its value, under another name where that is taken', async () => {
    const { server, putKey } = await open(driver)
    expect((await putKey('default', 'first=')).result).toEqual({ name: 'default' })
    expect((await putKey('default', 'first=')).result).toEqual({ name: 'default' })
    expect((await putKey('default', 'second=')).result).toEqual({ name: 'default-2' })
    expect((await putKey('default', 'second=')).result).toEqual({ name: 'default-2' })
    const { result } = await (await server.api('/keys')).json()
    expect(result.keys).toEqual([
      { name: 'default', value: 'first=' },
      { name: 'default-2', value: 'second=' },
    ])
    expect((await putKey('default', 'a\nb')).status).toBe(400)
    expect((await putKey('x'.repeat(21), 'third=')).status).toBe(400)
  })
})
